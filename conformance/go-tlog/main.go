// Judges a Weighbridge log with Go's own implementation (golang.org/x/mod/sumdb, behind a path shim), and is a log of its
// own that a Weighbridge witness can be asked to cosign. Run by conformance/go-tlog.test.ts.
//
//	go-tlog check PREFIX VKEY           the served log: signature, tiles, every leaf, proofs between many sizes
//	go-tlog proof FILE LEAF VKEY        a tlog-proof file and the leaf that it is of
//	go-tlog submission FILE OLD VKEY    an add-checkpoint body, against the older checkpoint
//	go-tlog log NAME                    serves a log of its own until standard input ends; a number there is its new size
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type checkpoint struct {
	origin string
	tree   tlog.Tree
}

// openCheckpoint has note.Open verify the signature, and reads the three lines of c2sp.org/tlog-checkpoint.
func openCheckpoint(text []byte, vkey string) (checkpoint, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return checkpoint{}, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return checkpoint{}, errors.New("the checkpoint has not origin, size and root")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return checkpoint{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return checkpoint{lines[0], tlog.Tree{N: size, Hash: root}}, err
}

func check(prefix, vkey string) (map[string]any, error) {
	text, err := get(prefix + "/checkpoint")
	if err != nil {
		return nil, err
	}
	shown, err := openCheckpoint(text, vkey)
	if err != nil {
		return nil, err
	}
	tiles := &servedTiles{prefix: prefix}
	hashes := tlog.TileHashReader(shown.tree, tiles)
	entries, err := readEntries(prefix, shown.tree.N)
	if err != nil {
		return nil, err
	}
	for at, entry := range entries {
		leaf := tlog.RecordHash(entry)
		proof, err := tlog.ProveRecord(shown.tree.N, int64(at), hashes)
		if err != nil {
			return nil, err
		}
		if err := tlog.CheckRecord(proof, shown.tree.N, shown.tree.Hash, int64(at), leaf); err != nil {
			return nil, fmt.Errorf("entry %d: %w", at, err)
		}
	}
	consistent := 0
	for size := int64(1); size <= shown.tree.N; size += 1 + size/7 {
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return nil, err
		}
		proof, err := tlog.ProveTree(shown.tree.N, size, hashes)
		if err != nil {
			return nil, err
		}
		if err := tlog.CheckTree(proof, shown.tree.N, shown.tree.Hash, size, root); err != nil {
			return nil, fmt.Errorf("from %d: %w", size, err)
		}
		consistent++
	}
	return map[string]any{
		"origin": shown.origin, "size": shown.tree.N, "root": shown.tree.Hash.String(),
		"entries": len(entries), "tiles": tiles.asked, "consistent": consistent,
	}, nil
}

func checkProof(file, leafFile, vkey string) (map[string]any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	leaf, err := os.ReadFile(leafFile)
	if err != nil {
		return nil, err
	}
	head, note, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, errors.New("this is no tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return nil, err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		proof = append(proof, hash)
	}
	shown, err := openCheckpoint(note, vkey)
	if err != nil {
		return nil, err
	}
	err = tlog.CheckRecord(proof, shown.tree.N, shown.tree.Hash, index, tlog.RecordHash(leaf))
	return map[string]any{"index": index, "size": shown.tree.N}, err
}

func checkSubmission(file, olderFile, vkey string) (map[string]any, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	olderText, err := os.ReadFile(olderFile)
	if err != nil {
		return nil, err
	}
	older, err := openCheckpoint(olderText, vkey)
	if err != nil {
		return nil, err
	}
	head, note, found := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || lines[0] != fmt.Sprintf("old %d", older.tree.N) {
		return nil, errors.New("this is no add-checkpoint body from that size")
	}
	var proof tlog.TreeProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		proof = append(proof, hash)
	}
	newer, err := openCheckpoint(note, vkey)
	if err != nil {
		return nil, err
	}
	err = tlog.CheckTree(proof, newer.tree.N, newer.tree.Hash, older.tree.N, older.tree.Hash)
	return map[string]any{"old": older.tree.N, "size": newer.tree.N, "hashes": len(proof)}, err
}

func run(words []string) (map[string]any, error) {
	switch {
	case len(words) == 3 && words[0] == "check":
		return check(strings.TrimRight(words[1], "/"), words[2])
	case len(words) == 4 && words[0] == "proof":
		return checkProof(words[1], words[2], words[3])
	case len(words) == 4 && words[0] == "submission":
		return checkSubmission(words[1], words[2], words[3])
	case len(words) == 2 && words[0] == "log":
		return nil, serveLog(words[1], bufio.NewScanner(os.Stdin))
	}
	return nil, errors.New("used wrongly: see the head of main.go")
}

func main() {
	result, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if result != nil {
		json.NewEncoder(os.Stdout).Encode(result)
	}
}
