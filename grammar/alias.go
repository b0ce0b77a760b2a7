package grammar

// parseAlias reads `NAME ADDRESS`. A line of any other form is lost without a
// word from the daemon (reference/pve-firewall §3.1).
func parseAlias(base Base, text []byte) Line {
	tokens := scanAlias(text, base.Body.Start)
	tree, taken, ok := match(aliases(), tokens)
	if !ok || taken != len(tokens) {
		fault := &Fault{Code: aliasMalformed.Code, At: base.Body}
		if text[0] == '[' {
			fault.Code = headerCode(text)
		}
		return bad(base, text, fault)
	}
	return &Alias{
		Base:    base,
		Name:    tokens[tree.Name.Pos.Offset].at,
		Value:   tokens[tree.Value.Pos.Offset].at,
		Comment: comment(tree.Comment, tokens, base, text),
	}
}
