package grammar

// parseEntry reads a line of a set, which is never dropped: what the daemon
// cannot read stays in the set as a dead entry (reference/pve-firewall §4.1).
func (g *language) parseEntry(base Base, body Word) Line {
	line := g.scan.split(scanEntry, body)
	tree := g.known().entries.match(line.shape).tree
	e := g.entries.next(g.few())
	e.Base, e.Comment = base, g.commentOf(line, tree.Comment)
	e.NoMatch, e.Target, e.Extra = line.word(optional(tree.NoMatch)), line.word(optional(tree.Target)), line.word(optional(tree.Extra))
	if tree.Target == nil {
		// Only a carriage return in front of a comment leaves an entry without
		// any word; the daemon keeps it dead like one with two.
		e.Extra = Word{body.Start + 1, body.Start + 1}
	}
	return e
}
