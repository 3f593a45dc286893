package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// The packages under golang.org/x/mod/sumdb know the tree, the proofs and the notes of the Go checksum database, which
// lays its tiles out as tile/<height>/<level>/<index>. Weighbridge serves c2sp.org/tlog-tiles: /tile/<level>/<index>, of
// height 8. The shim is this difference of paths; not a hash is computed by it.

const height = 8

func shimPath(t tlog.Tile) string {
	return strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
}

func get(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, response.Status)
	}
	return body, err
}

// servedTiles reads the tiles of a log under a prefix; tlog.TileHashReader checks them against the signed root.
type servedTiles struct {
	prefix string
	asked  int
}

func (s *servedTiles) Height() int { return height }

func (s *servedTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		body, err := get(s.prefix + "/tile/" + shimPath(tile))
		if err != nil {
			return nil, err
		}
		s.asked++
		data = append(data, body)
	}
	return data, nil
}

func (s *servedTiles) SaveTiles([]tlog.Tile, [][]byte) {}

// readEntries takes the leaves out of an entry bundle: each behind its length in two bytes.
func readEntries(prefix string, size int64) ([][]byte, error) {
	var entries [][]byte
	for int64(len(entries)) < size {
		at := int64(len(entries))
		width := size - at
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: height, L: 0, N: at / 256, W: int(width)}
		bundle, err := get(prefix + "/tile/entries/" + strings.TrimPrefix(shimPath(tile), "0/"))
		if err != nil {
			return nil, err
		}
		for len(bundle) > 0 {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("the bundle of entry %d ends within an entry", at)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
		if int64(len(entries)) != at+width {
			return nil, fmt.Errorf("the bundle of entry %d holds %d entries", at, int64(len(entries))-at)
		}
	}
	return entries, nil
}
