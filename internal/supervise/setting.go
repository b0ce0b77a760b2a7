package supervise

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// Setting is a value of the kernel, or of a program beside the rules, and what it was.
type Setting struct {
	File   string  `json:"file"` // below the root of the machine
	Value  string  `json:"value"`
	Before *string `json:"before,omitempty"` // nil: the file was not there
}

// bridgeCalls lead bridged frames past the hooks of routed packets, where the tables
// of bridges have judged them already (reference/proxmox-firewall §1).
var bridgeCalls = []string{"bridge-nf-call-arptables", "bridge-nf-call-ip6tables", "bridge-nf-call-iptables"}

// settingFiles are the places of what a policy sets.
var settingFiles = map[ir.SettingKey]string{
	ir.ConntrackMax:         "proc/sys/net/netfilter/nf_conntrack_max",
	ir.ConntrackEstablished: "proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established",
	ir.ConntrackSynRecv:     "proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_recv",
	ir.ConntrackLog:         "var/lib/pve-firewall/log_nf_conntrack",
}

// SettingsOf lists what a policy in force wants of the machine.
func SettingsOf(p *ir.Policy) []Setting {
	if p.Off {
		return nil
	}
	var list []Setting
	for _, name := range bridgeCalls {
		list = append(list, Setting{File: "proc/sys/net/bridge/" + name, Value: "0"})
	}
	for _, s := range p.Settings {
		list = append(list, Setting{File: settingFiles[s.Key], Value: s.Value})
	}
	return list
}

// Differing returns the settings that are not so yet, with what they are. Where a part
// of the kernel is not loaded there is nothing to set.
func (m Machine) Differing(wanted []Setting) ([]Setting, error) {
	var list []Setting
	for _, s := range wanted {
		text, err := m.read(s.File)
		switch now := strings.TrimSpace(string(text)); {
		case errors.Is(err, fs.ErrNotExist) && (s.ofKernel() || !m.exists(path.Dir(s.File))):
			continue
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, sayf(err, "the setting %s cannot be read", m.path(s.File))
		case now == s.Value:
			continue
		default:
			s.Before = &now
		}
		list = append(list, s)
	}
	return list, nil
}

func (s *Setting) ofKernel() bool { return strings.HasPrefix(s.File, "proc/") }

// set makes the settings. What was set when one fails is taken back.
func (m Machine) set(list []Setting) error {
	for i := range list {
		if err := m.put(&list[i], list[i].Value); err != nil {
			_ = m.unset(list[:i])
			return sayf(err, "the setting %s cannot be made", m.path(list[i].File))
		}
	}
	return nil
}

// unset gives settings the values that they had. It goes on where one fails.
func (m Machine) unset(list []Setting) error {
	var failed error
	for i := range list {
		s := &list[i]
		var err error
		if s.Before != nil {
			err = m.put(s, *s.Before)
		} else if !s.ofKernel() {
			err = os.Remove(m.path(s.File))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, sayf(err, "the setting %s cannot be taken back", m.path(s.File)))
		}
	}
	return failed
}

// put writes a value where the file is, or may come to be.
func (m Machine) put(s *Setting, value string) error {
	flags := os.O_WRONLY | os.O_TRUNC
	if !s.ofKernel() {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(m.path(s.File), flags, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value + "\n")
	return errors.Join(err, f.Close())
}
