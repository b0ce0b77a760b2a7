package ir

// Setting is a value of the kernel's connection tracking that goes with the rules.
type Setting struct {
	Key    SettingKey
	Value  string // decimal
	Origin Origin
}

// SettingKey says what is set.
type SettingKey uint8

// The settings, in the order in which a policy holds them.
const (
	ConntrackMax         SettingKey = iota // connections at a time
	ConntrackEstablished                   // seconds that an idle TCP connection is remembered
	ConntrackSynRecv                       // seconds that one waits for its last handshake packet
	ConntrackLog                           // 1: the logger writes down new connections
)

var settingNames = [...]string{"nf_conntrack_max", "nf_conntrack_tcp_timeout_established",
	"nf_conntrack_tcp_timeout_syn_recv", "log_nf_conntrack"}

// String is the name of the option in host.fw that asks for it.
func (k SettingKey) String() string { return settingNames[k] }
