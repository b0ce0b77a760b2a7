package lsp

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/pvefw/pvefw/internal/diag"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// diagnostic is a finding for the client.
func (v *view) diagnostic(d *diag.Diagnostic) protocol.Diagnostic {
	out := protocol.Diagnostic{
		Range: v.rangeOf(d.Span), Severity: severities[d.Severity], Code: protocol.String(d.Rule.Code),
		Source: protocol.NewOptional("pvefw"), Message: protocol.String(messageOf(d)),
		Tags: protocol.NewDiagnosticTags(tagsOf(d.Rule)...),
	}
	out.CodeDescription.Href = uri.URI(v.help(d.Rule))
	for _, r := range d.Related {
		if !r.Span.IsZero() {
			out.RelatedInformation = append(out.RelatedInformation, protocol.DiagnosticRelatedInformation{Location: v.location(r.Span), Message: diag.Visible(r.Message)})
		}
	}
	return out
}

var severities = [...]protocol.DiagnosticSeverity{
	diag.Info: protocol.DiagnosticSeverityInformation, diag.Warning: protocol.DiagnosticSeverityWarning, diag.Error: protocol.DiagnosticSeverityError,
}

// messageOf says what is wrong and what comes of it.
func messageOf(d *diag.Diagnostic) string {
	text := diag.Visible(d.Message)
	if d.Effect != "" {
		text += "\n" + diag.Visible(d.Effect)
	}
	return text
}

// unnecessary are rules about lines that could as well be gone, beside the category
// dead; deprecated are those about what proxmox-firewall, the successor, does not do.
var (
	unnecessary = []string{"definition-unused", "ignore-unused", "orphan-guest-file"}
	deprecated  = []string{"nft-option-ignored", "blacklist-ignored-by-nft"}
)

func tagsOf(r *diag.Rule) []protocol.DiagnosticTag {
	switch {
	case r.Category == "dead" || slices.Contains(unnecessary, r.Code):
		return []protocol.DiagnosticTag{protocol.DiagnosticTagUnnecessary}
	case slices.Contains(deprecated, r.Code):
		return []protocol.DiagnosticTag{protocol.DiagnosticTagDeprecated}
	}
	return nil
}

func (v *view) diagnostics(list diag.List) []protocol.Diagnostic {
	out := make([]protocol.Diagnostic, 0, len(list))
	for i := range list {
		out = append(out, v.diagnostic(&list[i]))
	}
	return out
}

// shown is what the client has been told about each file, to be told once.
type shown struct {
	sync.Mutex
	last map[string]string // by name
}

func (s *shown) names() []string {
	s.Lock()
	defer s.Unlock()
	return slices.Sorted(maps.Keys(s.last))
}

// publish tells the client about one file, unless it knows.
func (s *server) publish(name string, list []protocol.Diagnostic) {
	p := &protocol.PublishDiagnosticsParams{URI: s.uriOf(name), Diagnostics: list}
	if doc, open := s.docs.get(name); open {
		p.Version.Set(doc.version)
	}
	key := string(encoded(list))
	s.shown.Lock()
	defer s.shown.Unlock()
	last, told := s.shown.last[name]
	if told && last == key || !told && len(list) == 0 && p.Version.IsZero() {
		return
	}
	s.shown.last[name] = key
	s.notify(protocol.MethodTextDocumentPublishDiagnostics, p)
}

// forget takes back what was said about a file that is no longer looked at.
func (s *server) forget(name string) {
	s.shown.Lock()
	_, told := s.shown.last[name]
	s.shown.Unlock()
	if told {
		s.publish(name, []protocol.Diagnostic{})
	}
}

// publishQuick tells what is known about a file at once.
func (s *server) publishQuick(ctx context.Context, r *root, name string) {
	v := s.viewOf(r)
	list, err := v.Findings(ctx, name)
	if err != nil {
		s.log("%s: %v", name, err)
		return
	}
	s.publish(name, v.diagnostics(list))
}
