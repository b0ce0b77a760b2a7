// Package source owns bytes and places in them: files, spans, positions, edits.
// It must not know what the bytes mean. Invariant: a Span is a half-open byte
// range of exactly one File, so every finding can be shown in the text it came
// from. Start reading at Span.
package source

import (
	"bytes"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// MaxSize is the largest file that spans can address, in bytes.
const MaxSize = 1<<31 - 1

// File is an immutable named text. The bytes may be anything, UTF-8 or not.
type File struct {
	name string
	data []byte
	text string // the same, for texts that take no room of their own

	once   sync.Once
	starts []int32 // byte offset of each line's first byte
}

// NewFile wraps data, which the caller must not change afterwards. The name is
// what people are shown: the CONFIG as they gave it plus the inner path.
func NewFile(name string, data []byte) *File {
	if len(data) > MaxSize {
		panic("source: file too large: " + name)
	}
	// One memory serves as bytes and as text: data never changes from here on.
	return &File{name: name, data: data, text: unsafe.String(unsafe.SliceData(data), len(data))}
}

// Name returns the name given to NewFile.
func (f *File) Name() string { return f.name }

// Bytes returns the content; it must not be changed.
func (f *File) Bytes() []byte { return f.data }

// Span returns the half-open byte range [start, end) of f.
func (f *File) Span(start, end int) Span {
	return Span{File: f, Start: int32(start), End: int32(end)}
}

// LineCount returns the number of physical lines; an empty file has one.
func (f *File) LineCount() int { return len(f.index()) }

// Line returns line n (from 1) without its line feed.
func (f *File) Line(n int) Span {
	starts := f.index()
	if n < 1 || n > len(starts) {
		return Span{File: f}
	}
	end := len(f.data)
	if n < len(starts) {
		end = int(starts[n]) - 1
	}
	return f.Span(int(starts[n-1]), end)
}

// Pos converts a byte offset into a line and a column.
func (f *File) Pos(offset int) Pos {
	starts := f.index()
	offset = min(max(offset, 0), len(f.data))
	line := f.lineAt(offset)
	column := 1 + utf8.RuneCount(f.data[starts[line-1]:offset])
	return Pos{Line: line, Column: column}
}

// lineAt is the line of a byte offset, from 1.
func (f *File) lineAt(offset int) int {
	starts := f.index()
	low, high := 0, len(starts) // the line is that of the last start that is not behind the offset
	for low < high {
		if middle := (low + high) / 2; int(starts[middle]) > offset {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

func (f *File) index() []int32 {
	f.once.Do(func() {
		f.starts = make([]int32, 1, 1+bytes.Count(f.data, []byte{'\n'}))
		for at := 0; ; {
			n := bytes.IndexByte(f.data[at:], '\n')
			if n < 0 {
				return
			}
			at += n + 1
			f.starts = append(f.starts, int32(at))
		}
	})
	return f.starts
}
