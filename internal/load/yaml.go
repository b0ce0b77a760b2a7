package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"go.yaml.in/yaml/v3"
)

// document is a YAML file that is read strictly: every complaint says where.
type document struct {
	name string // for people
}

// Word is a scalar of a settings file and its place, as FILE:LINE:COLUMN.
type Word struct {
	Text  string
	Place string
}

// fields maps the keys of a mapping to what reads their values.
type fields map[string]func(*yaml.Node) error

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse returns the root mapping; nil for a file without content.
func (d *document) parse(data []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root, more yaml.Node
	switch err := dec.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, d.syntax(err)
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, usage("%s: it must hold one YAML document, not several", d.name)
	}
	return root.Content[0], nil
}

func (d *document) syntax(err error) error {
	text := err.Error()
	m := yamlLine.FindStringSubmatch(text)
	place := d.name
	if m != nil {
		text = text[len(m[0]):]
		if m[1] != "" {
			place += ":" + m[1]
		}
	}
	return usage("%s: this is not YAML: %s", place, diag.Visible(text))
}

// wrong refuses a node. An alias is refused as such: what it stands for is not
// looked at, so that no file can grow by referring to itself.
func (d *document) wrong(n *yaml.Node, format string, args ...any) error {
	if n.Kind == yaml.AliasNode {
		return usage("%s: YAML aliases are not read here; write out what *%s stands for", d.place(n), diag.Visible(n.Value))
	}
	return usage("%s: %s", d.place(n), fmt.Sprintf(format, args...))
}

func (d *document) place(n *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", d.name, n.Line, n.Column)
}

// mapping reads n, which holds what; keys that fields does not know are errors.
func (d *document) mapping(n *yaml.Node, what string, known fields) error {
	return d.pairs(n, what, func(key Word, at, value *yaml.Node) error {
		read, ok := known[key.Text]
		if !ok {
			return d.wrong(at, "%s has no key \"%s\"; it knows %s", what, diag.Visible(key.Text), quoted(known))
		}
		return read(value)
	})
}

// pairs calls fn for each entry of a mapping and refuses repeated keys.
func (d *document) pairs(n *yaml.Node, what string, fn func(key Word, at, value *yaml.Node) error) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return d.wrong(n, "%s must be a mapping (key: value)", what)
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, err := d.word(n.Content[i], "a key of "+what)
		if err != nil {
			return err
		}
		if seen[key.Text] {
			return d.wrong(n.Content[i], "the key \"%s\" of %s stands here twice", diag.Visible(key.Text), what)
		}
		seen[key.Text] = true
		if err := fn(key, n.Content[i], n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// list calls fn for each item of a sequence.
func (d *document) list(n *yaml.Node, what string, fn func(Word, *yaml.Node) error) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		return d.wrong(n, "%s must be a list", what)
	}
	for _, item := range n.Content {
		w, err := d.word(item, "an item of "+what)
		if err != nil {
			return err
		}
		if err := fn(w, item); err != nil {
			return err
		}
	}
	return nil
}

// word returns a scalar as it is written.
func (d *document) word(n *yaml.Node, what string) (Word, error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return Word{}, d.wrong(n, "%s must be a single word", what)
	}
	return Word{Text: n.Value, Place: d.place(n)}, nil
}

func quoted(known fields) string {
	return strings.Join(sortedKeys(known), ", ")
}
