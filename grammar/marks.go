package grammar

import (
	"encoding/binary"
	"math/bits"
)

// marks has a bit for every byte of a text that may end a word: all up to a
// space. Behind the text all bits are set. One pass over the whole file makes it,
// eight bytes at a time, so that the end of a word is found without a look at its
// letters.
type marks []uint64

// mark makes the marks of text in the room of old.
func mark(old marks, text []byte) marks {
	n := len(text)/64 + 1
	m := old[:0]
	if cap(m) < n {
		m = make(marks, 0, n)
	}
	for ; len(text) >= 64; text = text[64:] {
		m = append(m, markBlock(text))
	}
	var last [64]byte
	copy(last[:], text)
	return append(m, markBlock(last[:]))
}

func markBlock(text []byte) uint64 {
	_ = text[63]
	return markEight(text) | markEight(text[8:])<<8 | markEight(text[16:])<<16 | markEight(text[24:])<<24 |
		markEight(text[32:])<<32 | markEight(text[40:])<<40 | markEight(text[48:])<<48 | markEight(text[56:])<<56
}

// markEight returns a byte with a bit for every byte of x that is not above a
// space. The addition carries into a byte's highest bit if its lower ones are
// above; the multiplication gathers the highest bits.
func markEight(text []byte) uint64 {
	x := binary.LittleEndian.Uint64(text)
	const each, high = 0x0101010101010101, 0x8080808080808080
	above := (x&^high + each*(0x7F-' ')) | x
	return (^above & high) >> 7 * 0x0102040810204080 >> 56
}

// walk goes from one marked place to the next.
type walk struct {
	marks marks
	i     int    // index of the block in hand
	block uint64 // what is left of it
}

// from begins at a place that is no further than the end of the text.
func (m marks) from(at int) walk {
	return walk{m, at >> 6, m[at>>6] >> (at & 63) << (at & 63)}
}

func (w *walk) place() int {
	for w.block == 0 {
		w.i++
		w.block = w.marks[w.i]
	}
	place := w.i<<6 + bits.TrailingZeros64(w.block)
	w.block &= w.block - 1
	return place
}
