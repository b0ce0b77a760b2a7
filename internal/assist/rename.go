package assist

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// PrepareRename is the word that a rename would replace. Where nothing can be
// renamed, why says so in a sentence for people.
func (p Place) PrepareRename() (at source.Span, name, why string) {
	n, m, s, ok := p.mention()
	if !ok {
		return at, "", "There is no name here that could be changed."
	}
	if why = p.fixed(s); why != "" {
		return at, "", why
	}
	return n.span(m), n.Text(m), ""
}

// fixed says why a symbol cannot be renamed; empty if it can.
func (p Place) fixed(s Symbol) string {
	shown := diag.Visible(s.Name)
	switch {
	case s.Kind == MacroName:
		return "Macros are Proxmox's own and have fixed names."
	case s.Kind == NICName:
		return "Network devices are named by the guest's configuration."
	case s.SDN != nil:
		return fmt.Sprintf("The set %s comes from the software-defined network, which names it.", shown)
	case s.Home == nil:
		return fmt.Sprintf("Nothing defines the %s %s, so there is nothing to rename.", s.Kind, shown)
	case special(s):
		return fmt.Sprintf("The %s %s acts by its name; under another it would do nothing.", s.Kind, shown)
	}
	return ""
}

// special are the names that mean something to Proxmox without a rule
// (reference/pve-firewall §3.5, §4.9).
func special(s Symbol) bool {
	if s.Kind == AliasName {
		return s.Name == "local_network" && !s.Home.Env.IsGuest()
	}
	return s.Kind == SetName && s.Home.ActsByName(s.Name)
}

// Rename gives what the name under the cursor leads to another name, in all files.
// Every other name then leads where it led before; where that, or a limit of
// Proxmox, cannot be kept, there are no edits and why is a sentence for people.
// Names of sets and groups are written in lower case, as Proxmox stores them.
func (p Place) Rename(to string) (edits []source.Edit, why string) {
	if _, _, why = p.PrepareRename(); why != "" {
		return nil, why
	}
	x := p.everyone()
	if x == nil {
		return nil, "The files of the datacenter are still being read."
	}
	n, m, _ := p.named()
	s, _ := x.symbol(p.FW, n, m)
	if s.Kind != AliasName {
		to = config.Lower(to)
	}
	r := &rename{Index: x, from: s, to: to, key: config.Lower(to)}
	if why = r.refused(); why != "" {
		return nil, why
	}
	r.each(s, func(in *config.FW, n *Names, m Mention, exact bool) {
		if why == "" && r.follows(in, n, m, exact) {
			why = r.tooLong(n, m)
			edits = append(edits, source.Edit{Span: n.span(m), Text: to})
		}
	})
	if why == "" {
		why = r.captures()
	}
	if why != "" {
		return nil, why
	}
	return edits, ""
}

// rename is one call of Rename.
type rename struct {
	*Index
	from Symbol
	to   string
	key  string // to as it is looked up
}

// refused are the reasons that need no look at the uses.
func (r *rename) refused() string {
	shown := diag.Visible(r.to)
	longest := map[Kind]int{AliasName: config.LongestAliasRef, SetName: config.LongestSet, GroupName: config.LongestGroup}[r.from.Kind]
	switch {
	case r.key == r.from.Name && r.from.Kind != AliasName:
		return fmt.Sprintf("The %s is called %s already.", r.from.Kind, shown)
	case !config.IsName(r.to):
		return fmt.Sprintf("A name has two or more letters, digits, hyphens or underscores and begins with a letter; %q does not.", shown)
	case len(r.to) > longest:
		return fmt.Sprintf("Proxmox takes %d characters in the name of the %s; %s has %d.", longest, r.from.Kind, shown, len(r.to))
	case special(Symbol{Kind: r.from.Kind, Home: r.from.Home, Name: r.key}):
		return fmt.Sprintf("The name %s acts by itself, so this would do more than rename the %s.", shown, r.from.Kind)
	case r.key != r.from.Name && r.defines(r.from.Home, r.from.Kind, r.key):
		return fmt.Sprintf("This file has another %s of the name %s.", r.from.Kind, shown)
	}
	return ""
}

// follows reports whether a mention gets the new name. One that Proxmox does not
// find today, because of its case or its scope, must not be found then either.
func (r *rename) follows(in *config.FW, n *Names, m Mention, exact bool) bool {
	key := n.key(m)
	if exact || m.Defines {
		return true
	}
	key.name = r.key
	_, _, found := r.lookUp(in, key)
	return !found && (m.Kind == AliasName || n.Text(m) == r.from.Name)
}

// tooLong holds the limits of references, which count the scope and the plus sign.
func (r *rename) tooLong(n *Names, m Mention) string {
	if m.Defines || r.from.Kind == GroupName {
		return ""
	}
	whole, longest := n.whole(m), config.LongestAliasRef
	if r.from.Kind == SetName {
		longest = config.LongestSetRef
	}
	length := int(m.Word.Start-whole.Start) + len(r.to)
	if length <= longest {
		return ""
	}
	return fmt.Sprintf("The reference in %s would have %d characters; Proxmox takes %d.", diag.Visible(n.span(m).String()), length, longest)
}

// captures finds a name that would lead elsewhere: a use that another definition
// of the new name would catch, or a use of the new name that this one would.
func (r *rename) captures() string {
	if r.key == r.from.Name {
		return "" // only the case of an alias changes
	}
	for _, f := range r.reach(r.from) {
		if why := r.capturesIn(f); why != "" {
			return why
		}
	}
	return ""
}

func (r *rename) capturesIn(f indexed) string {
	hidden := r.hidden(f.fw)
	for _, m := range f.names.Mentions {
		if m.Defines || m.Kind != r.from.Kind {
			continue
		}
		switch name := f.names.key(m).name; {
		case name == r.key && r.wouldMove(f, m):
			return fmt.Sprintf("The name %s in %s would then lead to this %s.", diag.Visible(r.to), diag.Visible(f.names.span(m).String()), r.from.Kind)
		case hidden && name == r.from.Name && m.scope == noScope:
			if s, _ := r.symbol(f.fw, f.names, m); s == r.from {
				return fmt.Sprintf("In %s the new name would lead to the %s of that file.", diag.Visible(f.names.span(m).String()), r.from.Kind)
			}
		}
	}
	return ""
}

// wouldMove reports whether a use of the new name leads elsewhere today, or
// nowhere, and would lead to the renamed definition.
func (r *rename) wouldMove(f indexed, m Mention) bool {
	home, _, found := r.lookUp(f.fw, f.names.key(m))
	switch {
	case !found:
		return true // the reader takes any scope (reference/pve-firewall §5.10)
	case r.from.Home.Env.IsGuest():
		return m.scope == noScope && home != r.from.Home
	}
	return m.scope == noScope && home == nil // a set of the software-defined network
}

// hidden reports whether a file has a definition of the new name that comes before
// the datacenter's.
func (r *rename) hidden(in *config.FW) bool {
	own := ownFile(in)
	return own != nil && own != r.from.Home && r.defines(own, r.from.Kind, r.key)
}
