package kernellab

import (
	"errors"
	"testing"
	"time"
)

// A node comes up with the rules that somebody has confirmed, and before its network.
func TestSystemdBoots(t *testing.T) {
	s := newSystem(t)
	s.must("systemctl enable --now pvefw")
	s.part("with a pending change", func() { s.comesBack(s.reboot) })
	s.part("after a loss of power", func() { s.comesBack(s.cutPower) })
	s.part("with newer files", s.aBootAsEver)
}

// comesBack ends a boot with a pending change, and looks at the next one: the rules
// from before are in force before the first interface is up.
func (s *system) comesBack(end func()) {
	s.must("pvefw update")
	old := s.inForce()
	s.must(applyNew("1h"))
	if s.inForce() == old {
		s.t.Fatal("nothing was changed")
	}
	end()
	s.must("grep 'tcp dport 8006 .*cluster.fw' /run/rules-before-network && ! grep 'dport 4321' /run/rules-before-network")
	s.must("journalctl -b -u pvefw-boot -o cat --no-pager | grep 'was taken back: the machine was booted before anybody confirmed it'")
	if boot, network := s.number("pvefw-boot", "ExecMainExitTimestampMonotonic"), s.number("networking", "ExecMainStartTimestampMonotonic"); boot == 0 || network == 0 || boot >= network {
		s.t.Errorf("rules at %dµs, network from %dµs", boot, network)
	}
	s.awaits("systemctl is-active -q pvefw", 2*time.Minute)
	s.holds(old)
	s.prints("cat /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/netfilter/nf_conntrack_max", "0\n300000")
}

// aBootAsEver begins with the rules that were good last; the files have their turn when
// the service starts.
func (s *system) aBootAsEver() {
	s.must("systemctl stop pvefw && sed -i 's/8006/7777/' /etc/pve/firewall/cluster.fw")
	s.reboot()
	s.must("grep 'tcp dport 8006 .*cluster.fw' /run/rules-before-network && ! grep 'dport 7777' /run/rules-before-network")
	s.prints("journalctl -b -u pvefw-boot -o cat --no-pager | grep ^pvefw", "pvefw: the rules that were in force last are in force again")
	s.awaits("nft list ruleset | grep -q 'tcp dport 7777 .*cluster.fw'", 2*time.Minute)
	s.prints("systemctl is-system-running", "running")
}

func (s *system) reboot() {
	s.t.Helper()
	s.run("systemctl reboot --no-wall")
	if err := errors.Join(s.m.Off(systemLimit), s.m.Close()); err != nil {
		s.t.Fatal(err)
	}
	s.boot(nil)
}

// cutPower loses what is not on the disk.
func (s *system) cutPower() {
	s.t.Helper()
	if err := s.m.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.boot(nil)
}
