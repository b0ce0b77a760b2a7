package load

import (
	"path"
	"strings"

	_ "embed" // the schema is a file, so that editors can be pointed at it

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"go.yaml.in/yaml/v3"
)

// TestsSuffix ends the name of a test file.
const TestsSuffix = ".pvefw-test.yaml"

//go:embed pvefw-test.schema.json
var testsSchema string

// TestsSchema is the JSON schema of test files.
func TestsSchema() string { return testsSchema }

// ParseTests reads a test file strictly: whatever is not understood is a finding.
func ParseTests(f *source.File) (*verify.Suite, diag.List) {
	t := &testReader{document: document{file: f, rule: verify.Invalid}}
	s := &verify.Suite{File: f}
	if root := t.parse(); root != nil {
		t.mapping(root, "the file", fields{
			"version": func(n *yaml.Node) { t.version(n) },
			"tests": func(n *yaml.Node) {
				t.items(n, "tests", func(item *yaml.Node) { s.Tests = append(s.Tests, t.test(item)) })
			},
		})
	}
	if len(s.Tests) == 0 && len(t.found) == 0 {
		t.complain(f.Span(0, 0), "the file holds no tests; write them as a list under tests")
	}
	return s, t.found
}

// testReader reads the tree of a test file.
type testReader struct{ document }

// test reads one test: a name, and one of the keys that say what it asserts.
func (r *testReader) test(n *yaml.Node) *verify.Test {
	t := &verify.Test{}
	said, kinds := len(r.found), 0
	kind := func(k verify.Kind, read func(*verify.Test, *yaml.Node)) func(*yaml.Node) {
		return func(n *yaml.Node) {
			t.Kind = k
			kinds++
			read(t, n)
		}
	}
	r.mapping(n, "a test", fields{
		"name":          func(n *yaml.Node) { t.Name = r.one(n, "name") },
		"some":          func(n *yaml.Node) { t.Some = r.boolean(n, "some") },
		"allow":         kind(verify.Allow, r.packets),
		"deny":          kind(verify.Deny, r.packets),
		"reject":        kind(verify.Reject, r.packets),
		"spoof-proof":   kind(verify.SpoofProof, r.spoof),
		"no-new-access": kind(verify.NoNewAccess, r.base),
	})
	switch {
	case len(r.found) > said:
	case t.Name.Text == "":
		r.wrong(n, "this test has no name; say with name what it is for")
	case kinds != 1:
		r.wrong(n, "a test asserts one thing: allow, deny, reject, spoof-proof or no-new-access")
	case t.Some && t.Kind > verify.Reject:
		r.wrong(n, "some goes with allow, deny and reject")
	}
	return t
}

func (r *testReader) one(n *yaml.Node, what string) verify.Word {
	w, _ := r.word(n, what)
	return verify.Word(w)
}

func (r *testReader) boolean(n *yaml.Node, what string) bool {
	w, ok := r.word(n, what)
	if ok && w.Text != "true" && w.Text != "false" {
		r.wrong(n, "%s must be true or false, not \"%s\"", what, diag.Visible(w.Text))
	}
	return w.Text == "true"
}

// many reads a word or a list of words.
func (r *testReader) many(to *[]verify.Word, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		said := len(r.found)
		r.oneOrMore(n, what, func(w Word, at *yaml.Node) {
			if strings.TrimSpace(w.Text) == "" {
				r.wrong(at, "%s holds an empty word", what)
			}
			*to = append(*to, verify.Word(w))
		})
		if len(*to) == 0 && len(r.found) == said {
			r.wrong(n, "%s names nothing; leave it out if it does not matter", what)
		}
	}
}

// packets reads what an assertion is about.
func (r *testReader) packets(t *verify.Test, n *yaml.Node) {
	known := r.described(&t.Packets)
	known["from"], known["to"] = r.many(&t.From, "from"), r.many(&t.To, "to")
	known["except"] = func(n *yaml.Node) {
		r.items(n, "except", func(item *yaml.Node) {
			e := &verify.Packets{Span: r.span(item)}
			known := r.described(e)
			known["builtin"] = r.many(&e.Builtin, "builtin")
			r.mapping(item, "an item of except", known)
			if len(item.Content) == 0 {
				r.wrong(item, "this exception must say what is left out")
			}
			t.Except = append(t.Except, e)
		})
	}
	t.Packets.Span = r.span(n)
	r.mapping(n, t.Kind.String(), known)
}

// described are the keys that restrict packets.
func (r *testReader) described(p *verify.Packets) fields {
	return fields{
		"source": r.many(&p.Source, "source"), "dest": r.many(&p.Dest, "dest"),
		"proto": r.many(&p.Proto, "proto"), "sport": r.many(&p.SPort, "sport"), "dport": r.many(&p.DPort, "dport"),
		"icmp": r.many(&p.ICMP, "icmp"), "service": r.many(&p.Service, "service"),
		"mac": r.many(&p.MAC, "mac"), "state": r.many(&p.State, "state"),
	}
}

// spoof reads NICs, or a mapping of NICs and their addresses.
func (r *testReader) spoof(t *verify.Test, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.many(&t.NICs, "spoof-proof")(n)
		return
	}
	r.mapping(n, "spoof-proof", fields{"nics": r.many(&t.NICs, "nics"), "addresses": r.many(&t.Addresses, "addresses")})
}

// base reads the revision to compare with; none means that of --base.
func (r *testReader) base(t *verify.Test, n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		r.mapping(n, "no-new-access", fields{"base": func(n *yaml.Node) { t.Base = r.one(n, "base") }})
	} else if !isNull(n) {
		t.Base = r.one(n, "no-new-access")
	}
}

// readTests reads the test files beside the configuration: at its top and in tests/.
func (l *loader) readTests() error {
	for _, dir := range []string{"", "tests"} {
		is, err := l.tree.isDir(dir, l.prefix+dir)
		if err != nil || !is {
			continue
		}
		names, err := l.tree.names(dir, l.prefix+dir)
		if err != nil {
			return err
		}
		for _, name := range names {
			if !strings.HasSuffix(name, TestsSuffix) {
				continue
			}
			f, err := l.source(path.Join(dir, name))
			if err != nil {
				return err
			}
			l.out.Tests = append(l.out.Tests, f)
		}
	}
	return nil
}
