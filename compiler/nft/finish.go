package nft

import (
	"encoding/binary"
	"path"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// writer is what chains are written with, one after the other.
type writer struct {
	buffer []byte
	ends   []int // of comments in the buffer
	line   []byte
	seen   counts
	files  map[*source.File]string // as comments name them
	file   *source.File            // the last one
	name   string                  // and its name
	lines  []int
	shelf  slab[byte]
}

func newWriter() writer {
	return writer{files: map[*source.File]string{}, shelf: slab[byte]{size: 1 << 18}}
}

// finish gives the rules of a chain their ids and comments, and the chain its hash.
func (w *writer) finish(c *Chain) {
	w.seen.reset()
	d := c.digest(&w.seen)
	w.buffer, w.ends = w.buffer[:0], w.ends[:0]
	for _, r := range c.Rules {
		w.line = appendStmts(w.line[:0], r.Stmts)
		w.buffer = appendDigits(w.buffer, uint64(d.add(w.line)), idDigits)
		w.buffer = w.places(w.buffer, r.Origins)
		w.ends = append(w.ends, len(w.buffer))
	}
	all, from := string(w.buffer), 0
	for i, r := range c.Rules {
		r.Comment = all[from:w.ends[i]]
		r.ID, from = r.Comment[:idDigits], w.ends[i]
	}
	c.Hash = d.String()
}

// print is finish for a chain that only a script needs: what stays of its rules are
// their lines.
func (w *writer) print(c *Chain) {
	w.seen.reset()
	d := c.digest(&w.seen)
	b := w.buffer[:0]
	for _, r := range c.Rules {
		b = append(b, "\t\t"...)
		from := len(b)
		b = appendStmts(b, r.Stmts)
		id := d.add(b[from:])
		b = appendDigits(append(b, ` comment "`...), uint64(id), idDigits)
		b = append(w.places(b, r.Origins), "\"\n"...)
	}
	c.Hash, c.lines, c.Rules = d.String(), w.shelf.keep(b), nil
	w.buffer = b
}

// Lengths of a rule's id, of a chain's hash, and of what tells names in force apart.
const (
	idDigits   = 8
	hashDigits = 16
	markDigits = 8
)

// The 64-bit FNV-1a hash: short, and the same everywhere and forever.
const (
	hashStart uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

func hashText[T string | []byte](h uint64, s T) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return (h ^ 0xff) * hashPrime // texts do not run into each other
}

// hashLine is a hash for the many lines of rules: eight bytes at a time, then the rest
// and how long the line is. It too is the same everywhere and forever.
func hashLine(h uint64, line []byte) uint64 {
	size := uint64(len(line))
	for ; len(line) >= 8; line = line[8:] {
		h = mix(h, binary.LittleEndian.Uint64(line))
	}
	var rest [8]byte
	copy(rest[:], line)
	return mix(mix(h, binary.LittleEndian.Uint64(rest[:])), size)
}

// mix takes eight bytes into a hash. What multiplying carries up is folded down again.
func mix(h, n uint64) uint64 {
	h = (h ^ n) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// longestComment is what a rule's comment may have; nft takes 128 bytes.
const longestComment = 120

// places lists where a rule comes from: " 100.fw:3,5-7", or what made it where no
// file did.
func (w *writer) places(b []byte, origins []ir.Origin) []byte {
	from, file := len(b), ""
	w.lines = w.lines[:0]
	for i := range origins {
		name, line := w.place(&origins[i])
		if i == 0 || name != file {
			b = appendLines(b, w.lines)
			b = append(append(b, ' '), name...)
			file, w.lines = name, w.lines[:0]
		}
		if line > 0 {
			w.lines = append(w.lines, line)
		}
	}
	b = appendLines(b, w.lines)
	if most := longestComment - idDigits; len(b)-from > most {
		b = append(b[:from+most-3], "..."...)
	}
	return b
}

// place is the file and line of an origin, or the last step and zero. The file is
// named without its folders, so that it does not matter from where a CONFIG is read.
func (w *writer) place(o *ir.Origin) (string, int) {
	if o.Span.IsZero() {
		if n := len(o.Steps); n > 0 {
			return tame(o.Steps[n-1].Kind.String() + " " + o.Steps[n-1].Name), 0
		}
		return "", 0
	}
	if o.Span.File != w.file {
		name, known := w.files[o.Span.File]
		if !known {
			name = tame(path.Base(o.Span.File.Name()))
			w.files[o.Span.File] = name
		}
		w.file, w.name = o.Span.File, name
	}
	if o.Span.WholeFile() {
		return w.name, 0
	}
	return w.name, o.Span.Line()
}

// tame makes a name fit for a comment in quotes; of a long one the end is kept.
func tame(name string) string {
	b := []byte(name)
	if len(b) > 48 {
		b = b[len(b)-48:]
	}
	for i, c := range b {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			b[i] = '_'
		}
	}
	return string(b)
}

// appendLines writes ":3,5-7".
func appendLines(b []byte, lines []int) []byte {
	slices.Sort(lines)
	separator := byte(':')
	for i := 0; i < len(lines); {
		j := i + 1
		for j < len(lines) && lines[j] <= lines[j-1]+1 {
			j++
		}
		b = strconv.AppendInt(append(b, separator), int64(lines[i]), 10)
		if last := lines[j-1]; last > lines[i] {
			b = strconv.AppendInt(append(b, '-'), int64(last), 10)
		}
		separator, i = ',', j
	}
	return b
}
