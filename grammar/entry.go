package grammar

// parseEntry reads a line of a set, which is never dropped: what the daemon
// cannot read stays in the set as a dead entry (reference/pve-firewall §4.1).
func (g *language) parseEntry(base Base, text []byte) Line {
	tokens := scanEntry(text, base.Body.Start)
	tree := g.entries.match(entries, tokens).tree
	e := &SetEntry{Base: base, Comment: comment(tree.Comment, tokens, base, text)}
	if tree.NoMatch != nil {
		e.NoMatch = tokens[tree.NoMatch.Pos.Offset].at
	}
	if tree.Target != nil {
		e.Target = tokens[tree.Target.Pos.Offset].at
	} else {
		// Only a carriage return in front of a comment leaves an entry without
		// any word; the daemon keeps it dead like one with two.
		e.Extra = Word{base.Body.Start + 1, base.Body.Start + 1}
	}
	if n := len(tree.Extra); n > 0 {
		first, last := tree.Extra[0].Word.Pos.Offset, tree.Extra[n-1].Word.Pos.Offset
		e.Extra = Word{tokens[first].at.Start, tokens[last].at.End}
	}
	return e
}
