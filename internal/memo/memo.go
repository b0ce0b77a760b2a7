package memo

import (
	"bytes"
	"encoding/json"
)

// Memo is what the guests of a node became, and of what.
type Memo struct {
	Context string   // digest of what concerns all guests
	Errors  string   // digest of what blocks a plan and stands in no guest's file
	Missing []string // facts that nobody gave
	Shared  []Part   // of the guests' table, what belongs to no guest
	Guests  []Guest  // in the order in which they are made
}

// Part is a chain or a set that guests have in common.
type Part struct {
	Name    string // with its kind
	Content string // digest; of a map only what it maps, for its elements are the guests'
}

// Guest is one guest. Digests are those of package plan.
type Guest struct {
	VMID      int
	Container bool
	Files     string // digest of its files and of how they are read
	Content   string // digest of its own chains and sets, and of its elements in maps by port
	Uses      []int  // places in Shared of all that its packets meet there; rising
	Waits     bool   `json:",omitempty"` // something else was in force when it was made
}

// The bounds of a memo that is read.
const (
	MostBytes  = 64 << 20
	mostGuests = 1 << 20
	mostShared = 1 << 16
)

// Encode is the memo as bytes.
func (m *Memo) Encode() []byte {
	text, err := json.Marshal(m)
	if err != nil {
		panic("unreachable: a memo is plain data: " + err.Error())
	}
	return text
}

// Decode reads what Encode wrote; nil for anything else.
func Decode(text []byte) *Memo {
	if len(text) > MostBytes {
		return nil
	}
	m := &Memo{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(m) != nil || d.More() || len(m.Guests) > mostGuests || len(m.Shared) > mostShared {
		return nil
	}
	known := map[int]bool{}
	for i := range m.Guests {
		if g := &m.Guests[i]; known[g.VMID] || !rising(g.Uses, len(m.Shared)) {
			return nil
		}
		known[m.Guests[i].VMID] = true
	}
	return m
}

// rising reports whether numbers are places in a list of that length, each once.
func rising(list []int, length int) bool {
	last := -1
	for _, n := range list {
		if n <= last || n >= length {
			return false
		}
		last = n
	}
	return true
}
