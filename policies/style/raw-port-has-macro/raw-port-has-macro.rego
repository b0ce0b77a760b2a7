# METADATA
# scope: package
# title: Protocol and port where a macro says the same
# description: |
#   SSH(ACCEPT) means just what ACCEPT -p tcp -dport 22 means, and says what for. Macros that stand for a port that is better
#   known for something else, such as Jetdirect for 9100, are not suggested. The fix writes the macro; what Proxmox makes of
#   the line stays the same.
# custom:
#   severity: info
#   unit: rule
#   default: off
#   effect: None; the rule is harder to read than it need be.
#   why: |
#     A reader knows at once what SSH is. Port 22 is easy, 5985 is not.
#   fix: |
#     Use the macro.
#   bad: |
#     -- 100.fw --
#     [RULES]
#     IN ACCEPT -p tcp -dport 22 -source 192.0.2.7
#   good: |
#     -- 100.fw --
#     [RULES]
#     IN SSH(ACCEPT) -source 192.0.2.7
#     IN ACCEPT -p tcp -dport 22,80
#     IN ACCEPT -p tcp -dport 9100
package policies.style.raw_port_has_macro

# Their ports mean something else to most people, on a node above all: 8006 is Proxmox's own web interface.
misleading := {"Jetdirect", "PMG", "Webcache", "Webmin", "VNCL", "SMBswat", "SANE", "GNUnet", "ICQ", "MSNP"}

report contains {"message": message, "replace": edits, "safe": true} if {
	input.facts.macro != ""
	macro := input.facts.macro
	not macro in misleading
	macro_action := sprintf("%s(%s)", [macro, input.facts.action])
	message := sprintf("%s says the same as protocol and port", [macro_action])
	edits := [
		{"param": "action", "text": macro_action},
		{"param": "proto", "text": ""},
		{"param": "dport", "text": ""},
	]
}
