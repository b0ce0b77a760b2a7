package session

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/internal/assist"
)

// BenchmarkAnswer is from a changed text to an answer about it, in a file of 5,000
// lines among 10,000 guests that have all been looked at before.
func BenchmarkAnswer(b *testing.B) {
	s := openInput(b, large(), false)
	if _, err := s.Snapshot().Settle(context.Background()); err != nil {
		b.Fatal(err)
	}
	for _, a := range []struct {
		name string
		ask  func(assist.Place)
	}{
		{"completion", func(p assist.Place) { p.Complete() }},
		{"hover", func(p assist.Place) { p.Hover() }},
		{"definition", func(p assist.Place) { p.Definition() }},
		{"references", func(p assist.Place) { p.References(true) }},
		{"hints", func(p assist.Place) { p.Hints(p.FW.File.Source.Span(p.Offset, p.Offset+2000)) }},
		{"lenses", func(p assist.Place) { p.Lenses() }},
	} {
		b.Run(a.name, func(b *testing.B) { answers(b, s, a.ask) })
	}
}

func answers(b *testing.B, s *Session, ask func(assist.Place)) {
	const file = "100.fw"
	text := s.Snapshot().File(file).Bytes()
	at := bytes.Index(text[len(text)/2:], []byte("-source dc/alias")) + len(text)/2 + len("-source dc/")
	typed := [2][]byte{slices.Concat(text[:at], []byte("x"), text[at:]), slices.Clone(text)}
	n, start := 0, processorTime(b)
	defer func() { b.ReportMetric(float64(processorTime(b)-start)/float64(max(n, 1)), "cpuns/op") }()
	for b.Loop() {
		s.Overlay(file, typed[n%2])
		f, ok := s.Snapshot().Assist(file)
		if !ok {
			b.Fatal("the file is gone")
		}
		ask(f.At(at))
		n++
	}
}
