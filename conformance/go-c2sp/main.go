// Judges what Weighbridge writes with the implementations of the C2SP formats by their own authors: tiles, entries and
// checkpoints by filippo.io/torchwood, cosignatures, policies and tlog-proofs by github.com/transparency-dev/formats. Run by
// conformance/go-c2sp.test.ts, which also has a litewitness (of torchwood) cosign a Weighbridge log.
//
//	go-c2sp log PREFIX VKEY              every entry of the served log, read and authenticated by torchwood's client
//	go-c2sp cosigned FILE LOG VKEY…      a checkpoint, the log's key and those of its witnesses
//	go-c2sp proof FILE LEAF LOG POLICY   a tlog-proof of a leaf, under the log's key and a policy file
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func readLog(prefix, vkey string) (map[string]any, error) {
	ctx := context.Background()
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	tiles, err := torchwood.NewTileFetcher(prefix)
	if err != nil {
		return nil, err
	}
	text, err := tiles.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return nil, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return nil, err
	}
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	if err != nil {
		return nil, err
	}
	client, err := torchwood.NewClient(tiles)
	if err != nil {
		return nil, err
	}
	entries := 0
	for range client.Entries(ctx, checkpoint.Tree, 0) {
		entries++
	}
	// The client may leave the last, partial bundle for later; each of its entries is asked for by its index.
	for at := int64(entries); at < checkpoint.N; at++ {
		if _, _, err := client.Entry(ctx, checkpoint.Tree, at); err != nil {
			return nil, err
		}
		entries++
	}
	return map[string]any{"origin": checkpoint.Origin, "size": checkpoint.N, "entries": entries}, client.Err()
}

func cosigned(file, logKey string, witnessKeys []string) (map[string]any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(logKey)
	if err != nil {
		return nil, err
	}
	var witnesses []note.Verifier
	for _, vkey := range witnessKeys {
		one, err := fnote.NewVerifierForCosignatureV1(vkey)
		if err != nil {
			return nil, err
		}
		witnesses = append(witnesses, one)
	}
	checkpoint, _, opened, err := log.ParseCheckpoint(text, verifier.Name(), verifier, witnesses...)
	if err != nil {
		return nil, err
	}
	times := map[string]int64{}
	for _, signature := range opened.Sigs {
		if signature.Name == verifier.Name() {
			continue
		}
		at, err := fnote.CoSigV1Timestamp(signature)
		if err != nil {
			return nil, err
		}
		// torchwood reads the same time out of it.
		if other, err := torchwood.CosignatureTimestamp(signature); err != nil || other != at.Unix() {
			return nil, fmt.Errorf("two readings of one time: %d, %d, %v", at.Unix(), other, err)
		}
		times[signature.Name] = at.Unix()
	}
	return map[string]any{"size": checkpoint.Size, "cosigned": times}, nil
}

func checkProof(file, leafFile, logKey, policyFile string) (map[string]any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	leaf, err := os.ReadFile(leafFile)
	if err != nil {
		return nil, err
	}
	policyText, err := os.ReadFile(policyFile)
	if err != nil {
		return nil, err
	}
	policy, err := witness.ParsePolicy(policyText)
	if err != nil {
		return nil, err
	}
	var given proof.TLogProof
	if err := given.Unmarshal(text); err != nil {
		return nil, err
	}
	if string(given.Marshal()) != string(text) {
		return nil, errors.New("the proof is written another way")
	}
	verifier, err := note.NewVerifier(logKey)
	if err != nil {
		return nil, err
	}
	checkpoint, _, _, err := log.ParseCheckpoint(given.Checkpoint, verifier.Name(), verifier)
	if err != nil {
		return nil, err
	}
	var hashes tlog.RecordProof
	for _, hash := range given.Hashes {
		hashes = append(hashes, tlog.Hash(hash))
	}
	size, root := int64(checkpoint.Size), tlog.Hash(checkpoint.Hash)
	if err := tlog.CheckRecord(hashes, size, root, int64(given.Index), tlog.RecordHash(leaf)); err != nil {
		return nil, err
	}
	return map[string]any{"index": given.Index, "size": size, "satisfied": policy.Satisfied(given.Checkpoint)}, nil
}

func run(words []string) (map[string]any, error) {
	switch {
	case len(words) == 3 && words[0] == "log":
		return readLog(words[1], words[2])
	case len(words) >= 3 && words[0] == "cosigned":
		return cosigned(words[1], words[2], words[3:])
	case len(words) == 5 && words[0] == "proof":
		return checkProof(words[1], words[2], words[3], words[4])
	}
	return nil, errors.New("used wrongly: see the head of main.go")
}

func main() {
	result, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(result)
}
