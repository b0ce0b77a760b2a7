# METADATA
# scope: package
# title: A firewall file belongs to no guest
# description: |
#   Proxmox reads firewall/VMID.fw for the guests that its nodes have. No node has a guest of this number, so the
#   file is left over from one that was destroyed or renumbered. A new guest of the number would inherit its
#   rules.
# custom:
#   severity: warning
#   unit: cluster
#   needs: orphans
#   effect: Nothing in this file is in force.
#   why: |
#     The next guest that gets the number gets the rules of the last one, and nobody expects that.
#   fix: |
#     Delete the file, or rename it to the number of the guest that it is for.
#   bad: |
#     -- 101.fw --
#     [RULES]
#     IN SSH(ACCEPT)
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
#   good: |
#     -- 100.fw --
#     [RULES]
#     IN SSH(ACCEPT)
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
package policies.noeffect.orphan_guest_file

report contains {"message": message, "at": file.id} if {
	some file in input.orphans
	message := sprintf("no node has a guest %d, so nobody reads this file%s", [file.vmid, content(file)])
}

content(file) := sprintf(" and its %d rules", [file.rules]) if file.rules > 1

else := " and its rule" if file.rules == 1

else := ""
