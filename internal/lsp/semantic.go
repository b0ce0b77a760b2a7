package lsp

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"sync"

	"github.com/pvefw/pvefw/grammar"
	"go.lsp.dev/protocol"
)

func offerSemanticTokens(c *protocol.ServerCapabilities) {
	c.SemanticTokensProvider = &protocol.SemanticTokensOptions{
		Legend: legend, Full: &protocol.SemanticTokensFullDelta{Delta: yes()}, Range: protocol.Boolean(true)}
}

func atTokens(p *protocol.SemanticTokensParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

func atTokensDelta(p *protocol.SemanticTokensDeltaParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

func atTokensRange(p *protocol.SemanticTokensRangeParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

// semanticTokens colours the whole document.
func semanticTokens(_ context.Context, v *view, _ *protocol.SemanticTokensParams) (*protocol.SemanticTokens, error) {
	data := v.tokens(func(token) bool { return true })
	id := v.colours.keep(v.name, data)
	return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
}

// semanticTokensDelta says how the colours differ from those that the client has; all
// of them where that is not known.
func semanticTokensDelta(_ context.Context, v *view, p *protocol.SemanticTokensDeltaParams) (protocol.SemanticTokensDeltaResult, error) {
	before, known := v.colours.get(v.name, p.PreviousResultID)
	data := v.tokens(func(token) bool { return true })
	id := v.colours.keep(v.name, data)
	if !known {
		return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
	}
	return &protocol.SemanticTokensDelta{ResultID: &id, Edits: tokenEdits(before, data)}, nil
}

// semanticTokensRange colours a part of the document.
func semanticTokensRange(_ context.Context, v *view, p *protocol.SemanticTokensRangeParams) (*protocol.SemanticTokens, error) {
	at := v.span(p.Range)
	return &protocol.SemanticTokens{Data: v.tokens(func(t token) bool { return t.Start < at.End && at.Start < t.End })}, nil
}

func (v *view) tokens(wanted func(token) bool) []uint32 {
	tree := v.Tree(v.name)
	if tree == nil {
		tree = &grammar.File{Source: v.file}
	}
	return v.lines().encode(slices.DeleteFunc(tokensOf(tree), func(t token) bool { return !wanted(t) }))
}

// tokenEdits is the one stretch of numbers that differs; none for equal lists.
func tokenEdits(before, now []uint32) []protocol.SemanticTokensEdit {
	head := 0
	for head < min(len(before), len(now)) && before[head] == now[head] {
		head++
	}
	tail := 0
	for tail < min(len(before), len(now))-head && before[len(before)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	if head+tail == len(before) && head+tail == len(now) {
		return []protocol.SemanticTokensEdit{}
	}
	return []protocol.SemanticTokensEdit{{
		Start: uint32(head), DeleteCount: uint32(len(before) - head - tail), Data: now[head : len(now)-tail]}}
}

// colourings are the last tokens of each open document, which the next differ from.
type colourings struct {
	mu   sync.Mutex
	last map[string]colouring
}

type colouring struct {
	id   string
	data []uint32
}

// keep remembers tokens and gives them a name; equal ones have the same.
func (c *colourings) keep(name string, data []uint32) (id string) {
	hash := sha256.New()
	_ = binary.Write(hash, binary.LittleEndian, data)
	id = hex.EncodeToString(hash.Sum(nil)[:8])
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[name] = colouring{id, data}
	return id
}

func (c *colourings) get(name, id string) ([]uint32, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last, ok := c.last[name]
	return last.data, ok && last.id == id
}

func (c *colourings) drop(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.last, name)
}
