package grammar

// parseAlias reads `NAME ADDRESS`. A line of any other form is lost without a
// word from the daemon (reference/pve-firewall §3.1).
func (g *language) parseAlias(base Base, body Word) Line {
	line := g.scan.split(scanAlias, body)
	read := g.known().aliases.match(line.shape)
	if !read.ok || read.taken != line.count() {
		fault := Fault{Code: aliasMalformed.Code}
		if g.bytes(body)[0] == '[' {
			fault.Code = g.headerCode(body)
		}
		return g.dropped(base, body, fault)
	}
	a := g.aliases.next(g.few())
	a.Base, a.Name, a.Value = base, line.word(placeOf(read.tree.Name)), line.word(placeOf(read.tree.Value))
	a.Comment = g.commentOf(line, read.tree.Comment)
	name := g.bytes(a.Name)
	g.note = g.carriage || name[0] == '[' || name[len(name)-1] == ':'
	return a
}
