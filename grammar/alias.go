package grammar

// parseAlias reads `NAME ADDRESS`. A line of any other form is lost without a
// word from the daemon (reference/pve-firewall §3.1).
func (g *language) parseAlias(base Base, text []byte) Line {
	tokens := scanAlias(text, base.Body.Start)
	read := g.aliases.match(aliases, tokens)
	if !read.ok || read.taken != len(tokens) {
		fault := &Fault{Code: aliasMalformed.Code, At: base.Body}
		if text[0] == '[' {
			fault.Code = g.headerCode(text)
		}
		return bad(base, text, fault)
	}
	return &Alias{
		Base:    base,
		Name:    tokens[read.tree.Name.Pos.Offset].at,
		Value:   tokens[read.tree.Value.Pos.Offset].at,
		Comment: comment(read.tree.Comment, tokens, base, text),
	}
}
