package grammar

// parseEntry reads a line of a set, which is never dropped: what the daemon
// cannot read stays in the set as a dead entry (reference/pve-firewall §4.1).
func (g *language) parseEntry(base Base, text []byte) Line {
	line := g.scan(scanEntry, text, base.Body.Start)
	words, tree := line.words, g.known().entries.match(line.shape).tree
	e := g.entries.next(g.few())
	e.Base, e.Comment = base, comment(tree.Comment, words, base, text)
	e.NoMatch, e.Target, e.Extra = optional(tree.NoMatch).of(words), optional(tree.Target).of(words), optional(tree.Extra).of(words)
	if tree.Target == nil {
		// Only a carriage return in front of a comment leaves an entry without
		// any word; the daemon keeps it dead like one with two.
		e.Extra = Word{base.Body.Start + 1, base.Body.Start + 1}
	}
	return e
}
