package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
)

func offerSignature(c *protocol.ServerCapabilities) {
	c.SignatureHelpProvider = &protocol.SignatureHelpOptions{TriggerCharacters: []string{" ", ":"}, RetriggerCharacters: []string{"-"}}
}

func atSignature(p *protocol.SignatureHelpParams) *protocol.TextDocumentPositionParams {
	return &p.TextDocumentPositionParams
}

// signature shows how the line is written, and the part that the cursor is in.
// Labels are ASCII, so bytes count as the protocol's characters.
func signature(_ *view, p assist.Place, _ *protocol.SignatureHelpParams) *protocol.SignatureHelp {
	s := p.Signature()
	if s == nil {
		return nil
	}
	info := protocol.SignatureInformation{Label: s.Label, Documentation: protocol.String(s.Doc)}
	for _, part := range s.Parts {
		info.Parameters = append(info.Parameters, protocol.ParameterInformation{
			Label: protocol.ParameterInformationLabelTuple{uint32(part.From), uint32(part.To)}, Documentation: protocol.String(part.Doc)})
	}
	first, active := uint32(0), uint32(len(s.Parts)) // beyond the last: none
	if s.Active >= 0 {
		active = uint32(s.Active)
	}
	return &protocol.SignatureHelp{Signatures: []protocol.SignatureInformation{info}, ActiveSignature: &first, ActiveParameter: protocol.NewNullable(active)}
}
