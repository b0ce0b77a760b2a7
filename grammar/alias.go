package grammar

// parseAlias reads `NAME ADDRESS`. A line of any other form is lost without a
// word from the daemon (reference/pve-firewall §3.1).
func (g *language) parseAlias(base Base, text []byte) Line {
	line := g.scan(scanAlias, text, base.Body.Start)
	words, read := line.words, g.known().aliases.match(line.shape)
	if !read.ok || read.taken != len(words) {
		fault := Fault{Code: aliasMalformed.Code}
		if text[0] == '[' {
			fault.Code = g.headerCode(text)
		}
		return g.dropped(base, text, fault)
	}
	g.note = true
	a := g.aliases.next(g.few())
	a.Base, a.Name, a.Value = base, placeOf(read.tree.Name).of(words), placeOf(read.tree.Value).of(words)
	a.Comment = comment(read.tree.Comment, words, base, text)
	return a
}
