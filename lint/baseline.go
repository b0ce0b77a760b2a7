package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// baselineVersion is the version of the file's shape. Another one is refused.
const baselineVersion = 1

// Baseline is what was found once and is not told again: how many findings of each
// identity. Paths are relative to the directory of the baseline file.
type Baseline struct {
	counts map[Identity]int
	left   map[Identity]int // of the last Filter
}

// baselineFile is the JSON form, one entry per line, sorted.
type baselineFile struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Code    string `json:"code"`
	Path    string `json:"path"`
	Section string `json:"section"`
	Text    string `json:"text"`
	Count   int    `json:"count"`
}

// NewBaseline counts identities, whose paths must be those of the file.
func NewBaseline(ids []Identity) *Baseline {
	b := &Baseline{counts: map[Identity]int{}}
	for _, id := range ids {
		b.counts[id]++
	}
	return b
}

// Len is the number of findings that the baseline holds.
func (b *Baseline) Len() int { return total(b.counts) }

func total(counts map[Identity]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// ParseBaseline reads what Text writes. The error is a sentence for people that
// begins with a line number where there is one.
func ParseBaseline(data []byte) (*Baseline, error) {
	var file baselineFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, badBaseline(data, dec, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%d: there is something behind the end of the baseline", lineAt(data, dec.InputOffset()))
	}
	if file.Version != baselineVersion {
		return nil, fmt.Errorf("1: this is version %d of a baseline; this pvefw reads version %d: write it again with --write-baseline", file.Version, baselineVersion)
	}
	b := &Baseline{counts: map[Identity]int{}}
	for i, e := range file.Findings {
		if e.Code == "" || e.Count < 1 || e.Count > 1<<30 {
			return nil, fmt.Errorf("1: finding %d of the baseline has no code or a count that is none", i+1)
		}
		b.counts[Identity{e.Code, e.Path, e.Section, e.Text}] += e.Count
	}
	return b, nil
}

func badBaseline(data []byte, dec *json.Decoder, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%d: this is not JSON", lineAt(data, syntax.Offset))
	case errors.As(err, &kind):
		return fmt.Errorf("%d: %s has the wrong type", lineAt(data, kind.Offset), diag.Visible(kind.Field))
	case strings.Contains(err.Error(), "unknown field"):
		return fmt.Errorf("%d: a baseline has no key %s", lineAt(data, dec.InputOffset()), diag.Visible(strings.TrimPrefix(err.Error(), "json: unknown field ")))
	}
	return fmt.Errorf("%d: this is not a baseline: the file ends early", lineAt(data, int64(len(data))))
}

func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
}

// Text is the baseline as a file: the same findings give the same bytes, and a
// finding more is a line more.
func (b *Baseline) Text() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"version\": %d, \"findings\": [", baselineVersion)
	for i, id := range sortedIdentities(b.counts) {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n  ")
		out.Write(encodeEntry(baselineEntry{id.Code, id.Path, id.Section, id.Text, b.counts[id]}))
	}
	out.WriteString("\n]}\n")
	return out.Bytes()
}

func encodeEntry(e baselineEntry) []byte {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		panic("unreachable: " + err.Error())
	}
	return bytes.TrimSuffix(line.Bytes(), []byte("\n"))
}

func sortedIdentities(counts map[Identity]int) []Identity {
	list := make([]Identity, 0, len(counts))
	for id := range counts {
		list = append(list, id)
	}
	slices.SortFunc(list, func(a, b Identity) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Section, b.Section),
			strings.Compare(a.Text, b.Text), strings.Compare(a.Code, b.Code))
	})
	return list
}

// Filter keeps the findings that the baseline does not hold. Of equal ones the
// first are the known ones. path turns a file's name into the baseline's path.
func (b *Baseline) Filter(path func(name string) string) Filter {
	return func(found diag.List, ids []Identity) []bool {
		b.left = make(map[Identity]int, len(b.counts))
		for id, n := range b.counts {
			b.left[id] = n
		}
		keep := make([]bool, len(found))
		for i, id := range ids {
			if id.Path != "" {
				id.Path = path(id.Path)
			}
			keep[i] = b.left[id] == 0
			if !keep[i] {
				b.left[id]--
			}
		}
		return keep
	}
}

// Gone lists what the baseline holds and the last Filter did not meet, sorted;
// only of files that about accepts. An identity stands once, whatever its count.
func (b *Baseline) Gone(about func(path string) bool) []Identity {
	var list []Identity
	for _, id := range sortedIdentities(b.left) {
		if b.left[id] > 0 && about(id.Path) {
			list = append(list, id)
		}
	}
	return list
}
