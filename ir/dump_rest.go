package ir

import (
	"fmt"
	"strings"
)

// link writes a NIC's layer-2 filter.
func (d *dumper) link(l *Link) {
	if l == nil {
		return
	}
	d.line("")
	d.sourced("  layer 2", l.Origin)
	if l.MAC != "" {
		d.line("    frames only from %s", printable(l.MAC))
	}
	if len(l.ARP) > 0 {
		d.line("    ARP only from %s", printable(strings.Join(l.ARP, ", ")))
	}
	if len(l.Ethertypes) > 0 {
		d.line("    besides IPv4 and IPv6 only %s", printable(strings.Join(l.Ethertypes, ", ")))
	}
}

// set writes a set with its dead entries in their place.
func (d *dumper) set(s *Set) {
	d.line("")
	d.sourced("set "+s.label(), s.Origin)
	for _, e := range s.Entries {
		text := "    " + e.Text
		if e.NoMatch {
			text = "  ! " + e.Text
		}
		if e.Skipped != "" {
			text += "  skip  " + e.Skipped
		}
		d.sourced(text, e.Origin)
	}
	if len(s.Entries) == 0 {
		d.line("    empty")
	}
}

// raw writes what happens before connection tracking.
func (d *dumper) raw(r *Raw) {
	if r.SynFlood == nil && len(r.Helpers) == 0 {
		return
	}
	d.line("\nbefore connection tracking")
	if f := r.SynFlood; f != nil {
		d.sourced(fmt.Sprintf("  new TCP connections of one source above %s/s, burst %s, are dropped", f.Rate, f.Burst), f.Origin)
	}
	for _, h := range r.Helpers {
		d.sourced(fmt.Sprintf("  %shelper %s for %s port %d", familiesText(h.Families), h.Name, h.Proto, h.Port), h.Origin)
	}
}

// settings writes what is set beside the rules.
func (d *dumper) settings(list []Setting) {
	if len(list) == 0 {
		return
	}
	d.line("\nset in the kernel")
	for _, s := range list {
		d.sourced(fmt.Sprintf("  %s %s", s.Key, s.Value), s.Origin)
	}
}

func (d *dumper) messages(list []Message) {
	if len(list) == 0 {
		return
	}
	d.line("\nsaid while generating")
	for _, m := range list {
		d.sourced("  "+m.Text, m.Origin)
	}
}
