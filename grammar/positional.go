package grammar

import (
	"bytes"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// FromPositional translates rules of the oldest form, TYPE ACTION IFACE SOURCE
// DEST PROTO DPORT SPORT with - for any and trailing fields left out, into flags.
// It returns the edits, one per line, and the lines that look like that form but
// have no certain translation. Lines that the daemon reads today, and lines with
// any flag, are neither.
func FromPositional(f *File) (edits []source.Edit, unclear []*Bad) {
	g := &language{}
	for _, l := range f.Lines {
		b, ok := l.(*Bad)
		if !ok || b.In() == nil || b.Why.Code != ruleUnparsable.Code {
			continue
		}
		read := g.readRule(f.Source.Bytes()[b.Body().Start:b.Body().End])
		fields, old := read.byPosition()
		if !old {
			continue
		}
		at := read.trimmed(read.rest)
		text, certain := read.withFlags(fields)
		mended := bytes.Join([][]byte{read.text[:at.Start], []byte(text), read.text[at.End:]}, nil)
		if !certain || !g.readRule(mended).complete() {
			unclear = append(unclear, b)
			continue
		}
		edits = append(edits, source.Edit{Span: f.Span(at.behind(b.Body().Start)), Text: text})
	}
	return edits, unclear
}

// byPosition splits what follows the action. Unlike positional, which guesses for
// lint, it takes the word of its caller that the file is old and wants no dash.
func (r reading) byPosition() (fields []string, ok bool) {
	const most = 6
	if !r.head || r.tree.Group != nil && len(r.tree.Group.Params) > 0 || r.tree.Filter != nil && len(r.tree.Filter.Params) > 0 {
		return nil, false
	}
	switch lower(r.cut(r.typeWord())) {
	case "in", "out", "group":
	default:
		return nil, false
	}
	fields = strings.FieldsFunc(string(r.cut(r.rest)), func(c rune) bool { return c < 0x80 && isBlank(byte(c)) })
	for _, f := range fields {
		if f != "-" && f[0] == '-' {
			return nil, false
		}
	}
	return fields, len(fields) > 0 && len(fields) <= most
}

// withFlags is translate for fields that can be what their place says.
func (r reading) withFlags(fields []string) (string, bool) {
	all := [6]string{"-", "-", "-", "-", "-", "-"}
	copy(all[:], fields)
	iface, proto := all[0], all[3]
	if strings.Trim(strings.Join(all[:], ""), "-") == "" {
		return "", true
	}
	if iface != "-" && !isInterface(iface) || proto != "-" && !isProtocol(proto) {
		return "", false
	}
	if r.tree.Group != nil && strings.Trim(strings.Join(all[1:], ""), "-") != "" {
		return "", false
	}
	if proto == "-" && all[4]+all[5] != "--" {
		return "", false // ports mean nothing without their protocol
	}
	text, ok := r.translate(fields)
	if !ok && r.repeatsMacro(all) {
		return "", true
	}
	return text, ok
}

// repeatsMacro reports whether the fields say nothing but what the macro says.
func (r reading) repeatsMacro(all [6]string) bool {
	said, isMacro := r.macroFields()
	for i, s := range said {
		if all[3+i] != "-" && all[3+i] != s {
			return false
		}
	}
	return isMacro && all[0]+all[1]+all[2] == "---"
}

// isInterface is the form of interface names (reference/pve-firewall §5.5).
func isInterface(name string) bool {
	base, unit, cut := strings.Cut(strings.Replace(name, ":", ".", 1), ".")
	if cut && (unit == "" || strings.Trim(unit, "0123456789") != "") {
		return false
	}
	for i, b := range []byte(base) {
		if !isLetter(b) && (i == 0 || b != '_' && (b < '0' || b > '9')) {
			return false
		}
	}
	return len(base) > 1
}

func isProtocol(text string) bool {
	if _, ok := facts.ProtocolByName(text); ok {
		return true
	}
	return strings.Trim(text, "0123456789") == ""
}
