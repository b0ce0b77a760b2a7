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
	file, scope := f.r.previewOf(f.fw), f.scope.preview(f.r.previewOf, f.r.unknownDatacenter())
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

// preview is where proxmox-firewall looks names up.
func (s scope) preview(read func(*FW) *preview.File, unknown bool) preview.Scope {
	to := preview.Scope{Unknown: unknown, SDN: s.sdn.find}
	if s.cluster != nil {
		to.Cluster = read(s.cluster)
	}
	if s.own != nil {
		to.Own = read(s.own)
	}
	return to
}

// PreviewEffect is what proxmox-firewall makes of a line of a file, counted from 1, in
// a sentence; it reads the files that it takes anew.
func (c *Config) PreviewEffect(fw *FW, line int) string {
	files := map[*FW]*preview.File{}
	read := func(fw *FW) *preview.File {
		if files[fw] == nil {
			files[fw] = preview.Read(fw.File.Source, fw.Env)
		}
		return files[fw]
	}
	if effect := read(fw).Line(line, c.scopeOf(fw).preview(read, c.Cluster == nil)).Effect(); effect != "" {
		return effect
	}
	return readsLine
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
