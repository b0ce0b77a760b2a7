package config

import "github.com/pvefw/pvefw/internal/source"

// EntryMeaning is what a line of a set says, without its place and comment. Sets
// have the shortest lines of all, and files may repeat one of them without end:
// equal lines of a file share it.
type EntryMeaning struct {
	Text    string      // as stored: address with /32, /128 dropped, or alias as written
	Alias   *Ref[Alias] // nil for literals; its Span is that of the first such line
	NoMatch bool
	fault   deadness
	file    *source.File // of a set that has no lines
}

// deadness is why an entry is dead.
type deadness uint8

const (
	liveEntry deadness = iota
	badAddress
	zeroPrefix
	unknownAlias
	twiceInSet
)

// Dead is the daemon's complaint, if the entry counts for nothing.
func (m *EntryMeaning) Dead() []ParamError {
	if !m.IsDead() {
		return nil
	}
	return []ParamError{{Param: "cidr", Text: m.fault.text(m.Text)}}
}

// IsDead reports whether the entry counts for nothing.
func (m *EntryMeaning) IsDead() bool { return m.fault != liveEntry }

// text is what the daemon says of an entry.
func (f deadness) text(entry string) string {
	switch f {
	case zeroPrefix:
		return "a zero prefix is not allowed in ipset entries"
	case unknownAlias:
		_, name := splitScope(entry)
		return "no such alias '" + name + "'"
	case twiceInSet:
		return "duplicate ipset entry for '" + entry + "'"
	}
	return notAnAddress
}

// Span is the place of the address or the name, or a whole file where the set has
// no lines.
func (e SetEntry) Span() source.Span {
	if e.Line == nil {
		return e.file.Span(0, 0)
	}
	return e.Line.Span()
}

// Comment is the text behind the #, empty without one.
func (e SetEntry) Comment() string {
	if e.Line == nil {
		return ""
	}
	return e.Line.CommentText()
}

// meaning returns m or what an earlier line made of the same.
func (f *reader) meaning(m EntryMeaning) *EntryMeaning {
	key := entryKey{m.Text, m.Alias != nil, m.NoMatch, m.fault}
	known := f.meanings[key]
	if known == nil {
		known = f.made.next()
		*known = m
		store(&f.meanings, key, known)
	}
	return known
}

type entryKey struct {
	text           string
	alias, nomatch bool
	fault          deadness
}
