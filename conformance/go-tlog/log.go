package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ownLog is a log that Go builds, hashes, signs and serves, in the layout of c2sp.org/tlog-tiles.
type ownLog struct {
	mutex  sync.Mutex
	name   string
	signer note.Signer
	size   int64
	hashes []tlog.Hash
}

func (l *ownLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		if index >= int64(len(l.hashes)) {
			return nil, fmt.Errorf("hash %d is beyond the log", index)
		}
		list[at] = l.hashes[index]
	}
	return list, nil
}

func (l *ownLog) grow(size int64) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for ; l.size < size; l.size++ {
		stored, err := tlog.StoredHashes(l.size, []byte(fmt.Sprintf("entry %d of %s", l.size, l.name)), l)
		if err != nil {
			return err
		}
		l.hashes = append(l.hashes, stored...)
	}
	return nil
}

func (l *ownLog) checkpoint() ([]byte, error) {
	root, err := tlog.TreeHash(l.size, l)
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", l.name, l.size, root)}, l.signer)
}

func (l *ownLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	var body []byte
	var err error
	if r.URL.Path == "/log/checkpoint" {
		body, err = l.checkpoint()
	} else {
		var tile tlog.Tile
		path := strings.TrimPrefix(r.URL.Path, "/log/tile/")
		tile, err = tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", height, path))
		if err == nil {
			body, err = tlog.ReadTileData(tile, l)
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Write(body)
}

func serveLog(name string, sizes *bufio.Scanner) error {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	log := &ownLog{name: name, signer: signer}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(listener, log)
	out := json.NewEncoder(os.Stdout)
	out.Encode(map[string]any{"url": fmt.Sprintf("http://%s/log", listener.Addr()), "vkey": vkey})
	for sizes.Scan() {
		size, err := strconv.ParseInt(sizes.Text(), 10, 64)
		if err != nil {
			return err
		}
		if err := log.grow(size); err != nil {
			return err
		}
		out.Encode(map[string]any{"size": size})
	}
	return sizes.Err()
}
