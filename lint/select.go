package lint

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// Selector chooses findings. Of each list that is not empty one must fit; the
// zero Selector chooses all.
type Selector struct {
	Codes   []string // codes and categories
	Paths   []string // patterns as MatchPath reads them
	Objects []Object
}

// Switch turns the findings that it selects on or off.
type Switch struct {
	Selector
	On   bool
	From string // who says so, for people
}

// scoped tells a selector of places from one that holds everywhere.
func (s *Selector) scoped() bool { return len(s.Paths) > 0 || len(s.Objects) > 0 }

// names tells whether the selector is about a rule, and whether by its code.
func (s *Selector) names(r *diag.Rule) (is, byCode bool) {
	byCode = slices.Contains(s.Codes, r.Code)
	return byCode || len(s.Codes) == 0 || slices.Contains(s.Codes, r.Category), byCode
}

// fits tells whether a finding with that rule in that place is chosen.
func (s *Selector) fits(r *diag.Rule, at *Place) bool {
	if is, _ := s.names(r); !is {
		return false
	}
	if len(s.Paths) > 0 && !slices.ContainsFunc(s.Paths, func(p string) bool { return MatchPath(p, at.Path) }) {
		return false
	}
	return len(s.Objects) == 0 || slices.ContainsFunc(s.Objects, func(o Object) bool { return slices.Contains(at.Objects, o) })
}

// Object is a thing that findings stand in: a security group, a set, or whoever
// owns the file.
type Object struct{ Kind, Name string }

// objectKinds are the words that ParseObject knows. VMs and containers share
// their numbers, so all three words mean the same.
var objectKinds = map[string]string{
	"group": "group", "ipset": "ipset", "node": "node", "vnet": "vnet", "guest": "guest", "vm": "guest", "ct": "guest",
}

// ParseObject reads "group NAME", "ipset NAME", "node NAME", "vnet NAME", "guest
// VMID" (also vm and ct) or a VMID alone.
func ParseObject(text string) (Object, bool) {
	words := strings.Fields(text)
	if len(words) == 1 {
		words = []string{"guest", words[0]}
	}
	if len(words) != 2 {
		return Object{}, false
	}
	o := Object{objectKinds[strings.ToLower(words[0])], strings.ToLower(words[1])}
	if o.Kind == "node" || o.Kind == "vnet" {
		o.Name = words[1]
	}
	if o.Kind == "guest" {
		n, err := strconv.Atoi(o.Name)
		return Object{o.Kind, strconv.Itoa(n)}, err == nil && n > 0
	}
	return o, o.Kind != ""
}

// String is the form that ParseObject reads.
func (o Object) String() string { return o.Kind + " " + o.Name }

// Place is where a finding stands, as selectors see it.
type Place struct {
	Path    string // of its file, / separated; what it starts from is the caller's choice
	Objects []Object
}

// objectsOfPath are the owners of a file by its path.
func objectsOfPath(p string) []Object {
	var list []Object
	dir, name := path.Split(p)
	stem := strings.TrimSuffix(name, path.Ext(name))
	if n, err := strconv.Atoi(stem); err == nil && n > 0 && stem != name {
		list = append(list, Object{"guest", stem})
	}
	parts := strings.Split(strings.Trim(dir, "/"), "/")
	if i := slices.Index(parts, "nodes"); i >= 0 && i+1 < len(parts) {
		list = append(list, Object{"node", parts[i+1]})
	}
	folder := "/" + strings.Trim(dir, "/")
	if path.Base(folder) == "vnet" || strings.HasSuffix(folder, "/sdn/firewall") {
		list = append(list, Object{"vnet", stem})
	}
	return list
}

// GoodPattern reports whether MatchPath can read a pattern.
func GoodPattern(pattern string) bool {
	_, err := path.Match(pattern, "")
	return err == nil && strings.Trim(pattern, "/") != "" && strings.Count(pattern, "/") < maxPatternParts
}

const maxPatternParts = 64

// MatchPath reports whether a path, or a directory above it, fits a pattern: ** is
// any number of directories, * anything but a slash. A pattern without a slash
// fits in every directory, any other one from the beginning only.
func MatchPath(pattern, p string) bool {
	parts := strings.Split(strings.Trim(pattern, "/"), "/")
	if !strings.Contains(strings.TrimRight(pattern, "/"), "/") {
		parts = append([]string{"**"}, parts...)
	}
	// reach[i]: the parts before i fit what has been read of the path.
	reach := make([]bool, len(parts)+1)
	reach[0] = true
	for _, name := range strings.Split(p, "/") {
		skipStars(parts, reach)
		next := make([]bool, len(parts)+1)
		for i, part := range parts {
			if !reach[i] {
				continue
			}
			if part == "**" {
				next[i] = true
			} else if ok, err := path.Match(part, name); ok && err == nil {
				next[i+1] = true
			}
		}
		if next[len(parts)] {
			return true
		}
		reach = next
	}
	skipStars(parts, reach)
	return reach[len(parts)]
}

// skipStars lets each ** stand for no directory.
func skipStars(parts []string, reach []bool) {
	for i, part := range parts {
		if reach[i] && part == "**" {
			reach[i+1] = true
		}
	}
}
