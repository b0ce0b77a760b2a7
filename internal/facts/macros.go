package facts

import (
	_ "embed"
	"encoding/json"
	"sort"
	"strings"
	"sync"
)

// Macro is a named list of rule templates. Only macros.json holds the data; one
// entry there adds a macro everywhere.
type Macro struct {
	Name        string // preferred spelling
	Description string // one line, no full stop
	V4          []MacroRule
	V6          []MacroRule // only where IPv6 differs from V4; see For
}

// MacroRule is one template. Empty fields restrict nothing; DPort of an ICMP
// template is a type name.
type MacroRule struct {
	Proto string `json:"proto"`
	DPort string `json:"dport"`
	SPort string `json:"sport"`
}

// For returns the templates of one family in the daemon's order: the IPv6 list
// where the macro has one of its own, else the common list. It is nil where the
// macro does not exist in the family (NeighborDiscovery and DHCPv6 in IPv4).
func (m *Macro) For(v6 bool) []MacroRule {
	if v6 && m.V6 != nil {
		return m.V6
	}
	return m.V4
}

// MacroByName finds a macro whatever the case of its ASCII letters
// (reference/pve-firewall §5.6). The result is shared and must not be changed.
func MacroByName(name string) (*Macro, bool) {
	m, ok := macroTable().byName[lower(name)]
	return m, ok
}

// Macros lists all macros sorted by name. The slice and its elements are shared
// and must not be changed.
func Macros() []*Macro { return macroTable().all }

//go:embed macros.json
var macrosJSON []byte

type macroIndex struct {
	all    []*Macro
	byName map[string]*Macro // by lower-case name
}

var macroTable = sync.OnceValue(func() macroIndex {
	var entries map[string]struct {
		Description string      `json:"description"`
		V4          []MacroRule `json:"v4"`
		V6          []MacroRule `json:"v6"`
	}
	if err := json.Unmarshal(macrosJSON, &entries); err != nil {
		panic("facts: macros.json: " + err.Error())
	}
	index := macroIndex{byName: make(map[string]*Macro, len(entries))}
	for name, e := range entries {
		m := &Macro{Name: name, Description: e.Description, V4: e.V4, V6: e.V6}
		index.all = append(index.all, m)
		index.byName[lower(name)] = m
	}
	sort.Slice(index.all, func(i, j int) bool { return index.all[i].Name < index.all[j].Name })
	return index
})

// lower maps ASCII capitals only: the daemon handles lines as raw bytes, so no
// other letter has a case.
func lower(s string) string {
	if !strings.ContainsFunc(s, isCapital) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if isCapital(rune(c)) {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func isCapital(c rune) bool { return c >= 'A' && c <= 'Z' }
