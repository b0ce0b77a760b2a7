package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"go.yaml.in/yaml/v3"
)

// maxComplaints bounds what is said about one YAML file.
const maxComplaints = 20

// document is a YAML file that is read strictly: every complaint has its place,
// and reading goes on behind it.
type document struct {
	file  *source.File
	rule  *diag.Rule
	found diag.List
}

// Word is a scalar of a YAML file and its place.
type Word struct {
	Text string
	Span source.Span
}

// fields maps the keys of a mapping to what reads their values.
type fields map[string]func(*yaml.Node)

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse returns the root; nil for a file without content or with a fault that
// leaves nothing to read.
func (d *document) parse() *yaml.Node {
	dec := yaml.NewDecoder(bytes.NewReader(d.file.Bytes()))
	var root, more yaml.Node
	switch err := dec.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		d.syntax(err)
		return nil
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		d.complain(d.file.Span(0, 0), "the file must hold one YAML document, not several")
		return nil
	}
	return root.Content[0]
}

func (d *document) syntax(err error) {
	text, at := err.Error(), d.file.Span(0, 0)
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		if n, err := strconv.Atoi(m[1]); err == nil && n <= d.file.LineCount() {
			at = d.file.Line(n)
		}
	}
	d.complain(at, "this is not YAML: %s", diag.Visible(text))
}

func (d *document) complain(at source.Span, format string, args ...any) {
	if len(d.found) < maxComplaints {
		d.found = append(d.found, diag.New(d.rule, at, fmt.Sprintf(format, args...)))
	}
}

// wrong complains about a node. An alias is refused as such: what it stands for
// is not looked at, so that no file can grow by referring to itself.
func (d *document) wrong(n *yaml.Node, format string, args ...any) {
	if n.Kind == yaml.AliasNode {
		format, args = "YAML aliases are not read here; write out what *%s stands for", []any{diag.Visible(n.Value)}
	}
	d.complain(d.span(n), format, args...)
}

// span is the place of a node: a scalar's text, the first character of others.
func (d *document) span(n *yaml.Node) source.Span {
	line := d.file.Line(n.Line)
	text := line.Text()
	from := 0
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(text[from:])
		from += size
	}
	length := 1
	if n.Kind == yaml.ScalarNode {
		length = max(len(n.Value), 1)
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			length += 2
		}
	}
	return d.file.Span(int(line.Start)+from, int(line.Start)+min(from+length, max(len(text), from)))
}

// mapping reads n, which holds what; keys that fields does not know are errors.
func (d *document) mapping(n *yaml.Node, what string, known fields) {
	d.pairs(n, what, func(key Word, at, value *yaml.Node) {
		if read, ok := known[key.Text]; ok {
			read(value)
			return
		}
		d.wrong(at, "%s has no key \"%s\"; %s", what, diag.Visible(key.Text), instead(key.Text, sortedKeys(known)))
	})
}

// instead offers the word that is meant, or all there are.
func instead(word string, known []string) string {
	if near := diag.Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "it knows " + strings.Join(known, ", ")
}

// pairs calls fn for each entry of a mapping and refuses repeated keys.
func (d *document) pairs(n *yaml.Node, what string, fn func(key Word, at, value *yaml.Node)) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.wrong(n, "%s must be a mapping (key: value)", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, ok := d.word(n.Content[i], "a key of "+what)
		if !ok {
			continue
		}
		if seen[key.Text] {
			d.wrong(n.Content[i], "the key \"%s\" of %s stands here twice", diag.Visible(key.Text), what)
			continue
		}
		seen[key.Text] = true
		fn(key, n.Content[i], n.Content[i+1])
	}
}

// items calls fn for each item of a sequence.
func (d *document) items(n *yaml.Node, what string, fn func(*yaml.Node)) {
	switch {
	case isNull(n):
	case n.Kind != yaml.SequenceNode:
		d.wrong(n, "%s must be a list", what)
	default:
		for _, item := range n.Content {
			fn(item)
		}
	}
}

// list is items for words.
func (d *document) list(n *yaml.Node, what string, fn func(Word, *yaml.Node)) {
	d.items(n, what, func(item *yaml.Node) {
		if w, ok := d.word(item, "an item of "+what); ok {
			fn(w, item)
		}
	})
}

// oneOrMore is list for a key whose value may be a single word as well.
func (d *document) oneOrMore(n *yaml.Node, what string, fn func(Word, *yaml.Node)) {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		fn(Word{n.Value, d.span(n)}, n)
		return
	}
	d.list(n, what, fn)
}

// word returns a scalar as it is written.
func (d *document) word(n *yaml.Node, what string) (Word, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.wrong(n, "%s must be a single word", what)
		return Word{}, false
	}
	return Word{Text: n.Value, Span: d.span(n)}, true
}

// choice is word for one of a few words.
func (d *document) choice(n *yaml.Node, what string, known ...string) (Word, bool) {
	w, ok := d.word(n, what)
	for _, k := range known {
		if ok && w.Text == k {
			return w, true
		}
	}
	if ok {
		d.wrong(n, "%s must be %s or %s, not \"%s\"", what, strings.Join(known[:len(known)-1], ", "), known[len(known)-1], diag.Visible(w.Text))
	}
	return w, false
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
