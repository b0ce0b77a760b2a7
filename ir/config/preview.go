package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar/preview"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
)

const readsLine = "Reads the line as written."

// preview tells every finding about a line what proxmox-firewall makes of that
// line. The judgement is of the whole line: the part that it names need not be
// the part that pve-firewall stumbles over.
func (f *reader) preview() {
	if len(f.list) == 0 {
		return
	}
	file, scope := f.r.previewOf(f.fw), preview.Scope{Unknown: f.r.unknownDatacenter(), SDN: f.r.findSDN}
	if f.scope.cluster != nil {
		scope.Cluster = f.r.previewOf(f.scope.cluster)
	}
	if f.scope.own != nil {
		scope.Own = file
	}
	for i := range f.list {
		d := &f.list[i]
		if d.Effects == (diag.Effects{}) || d.Span.File != f.fw.File.Source || d.Span.WholeFile() {
			continue // a remark that is the same for both daemons
		}
		d.Effects.ProxmoxFirewall = previewEffect(file.Line(d.Span.From().Line, scope), d.Effects)
		if f.fw.Env == facts.VNet {
			forVNet(d)
		}
	}
}

// forVNet: pve-firewall checks the files of VNets but makes no rules of them
// (reference/pve-firewall §6.4), so what the other daemon does is what counts.
func forVNet(d *diag.Diagnostic) {
	d.ProxmoxRuntimeMessage = ""
	d.Effects.PVEFirewall = "Makes no rules of VNet files."
	d.Effect = d.Effects.ProxmoxFirewall
	if d.Effect == "" {
		d.Effect = d.Effects.PVEFirewall
	}
}

// previewEffect keeps what the lexer knows to be harmless, but not its guess that
// a line of a fault is refused.
func previewEffect(l preview.Line, said diag.Effects) string {
	effect := l.Effect()
	switch {
	case effect != "" || l.Verdict == preview.Ignored:
		return effect
	case said.ProxmoxFirewall != "" && !strings.HasPrefix(said.ProxmoxFirewall, "Refuses"):
		return said.ProxmoxFirewall
	case said.PVEFirewall == "":
		return ""
	}
	return readsLine
}

// previewOf reads a file once, and only when some finding needs it.
func (r *resolver) previewOf(fw *FW) *preview.File {
	p := r.previews[fw]
	if p == nil {
		p = preview.Read(fw.File.Source, fw.Env)
		r.previews[fw] = p
	}
	return p
}
