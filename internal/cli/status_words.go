package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/supervise"
)

// This file is what status says in words.

// warn says what is not as it seems. The worst of all is a firewall that seems to be
// off and comes back with a boot, or the other way round.
func (s *statusTold) warn() {
	say := func(format string, args ...any) { s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...)) }
	running := s.Service.Process != 0
	switch {
	case s.Rules == "none" && s.Service.Enabled && s.Firewall != "off":
		say("Nothing is filtered now, but the service is enabled and comes up with the next boot: then the rules of the files are in force. To keep it off: systemctl disable %s.", supervise.Unit)
	case s.Rules == "none" && running && s.Firewall == "on" && !s.Held:
		say("The service runs and the files say that the firewall is on, but there are no rules in force. The service's log says why.")
	case s.Rules == "in force" && !s.Service.Enabled && !s.Service.BootEnabled:
		say("The rules are in force now, but nothing brings them back when the machine boots: then nothing is filtered. To change that: systemctl enable %s.", supervise.Unit)
	}
	if s.Agree == "no" && s.Pending == nil {
		say("%s", s.disagree(running))
	}
	if p := s.Pending; p != nil {
		say("Change %d (%s) waits for a confirmation and is taken back in %s. To keep it: pvefw confirm, over a new connection.", p.ID, p.Summary, time.Duration(p.Remaining)*time.Second)
		if p.Trouble != "" {
			say("Change %d could not be taken back so far: %s.", p.ID, p.Trouble)
		}
	}
	if len(s.Daemons) > 0 && s.Rules == "in force" {
		say("%s of Proxmox's is running beside pvefw; packets must pass both.", strings.Join(s.Daemons, " and "))
	}
}

// disagree says why files and rules differ, and what becomes of it.
func (s *statusTold) disagree(running bool) string {
	text := "The rules in force are not what the files ask for: " + s.Differ + ". "
	if s.Rules == "none" {
		text = "The files say that the firewall is on, but pvefw filters nothing. "
	}
	switch {
	case s.Held:
		return text + "Their rules were taken back, so the service leaves them alone until they change."
	case running:
		return text + "The service brings them into force with its next pass, or its log says why not."
	}
	return text + "pvefw plan shows what differs, pvefw apply brings it into force."
}

func (s *statusTold) rows() [][]string {
	service := "not running"
	if s.Service.Process != 0 {
		service = "running"
	}
	boot := "does not come up with the next boot"
	if s.Service.Enabled {
		boot = "comes up with the next boot"
	}
	rows := [][]string{
		{"service", service, boot},
		{"rules", s.Rules, map[string]string{"yes": "as the files ask for", "no": "not what the files ask for"}[s.Agree]},
		{"firewall in the files", s.Firewall, ""},
	}
	if p := s.Pending; p != nil {
		rows = append(rows, []string{"waiting", "change " + strconv.Itoa(p.ID), p.Summary})
	}
	if l := s.Last; l != nil {
		rows = append(rows, []string{"last change", strconv.Itoa(l.ID) + " " + l.Outcome, shownTime(l.At) + ", " + l.Summary})
	}
	if len(s.Daemons) > 0 {
		rows = append(rows, []string{"Proxmox's daemons", strings.Join(s.Daemons, ", "), ""})
	}
	return rows
}
