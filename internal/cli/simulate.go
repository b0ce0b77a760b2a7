package cli

import (
	"encoding/json"
	"net/netip"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
	"github.com/spf13/cobra"
)

const simulateLong = `Send a packet through the firewall of a node, on paper, and show the file and
line that decide about it.

Zones: outside, host, nfvm (a VM without firewall), vm100 (its net0), vm100i1 or
vm100/net1, ct200, BRIDGE/PORT. By default a new TCP connection comes from
outside to port 9999 of the host. With --packets the packets of a JSON file are
sent, an array of objects with the keys from, to, source, dest, proto, sport,
dport, icmp_type, mac, state; the result is an array in the same order.

The exit code is 0 whatever the verdict; NOLOAD means that the kernel would
refuse these rules.`

// simulateRun is one call of simulate.
type simulateRun struct {
	*Streams
	configFlags
	cmd             *cobra.Command
	semantics       func() (lower.Semantics, error)
	fields          map[string]*string // by key of packet.Keys
	packets, format string
}

// packetFlags explain the fields of a packet, in the order of the help.
var packetFlags = []struct{ flag, key, help string }{
	{"from", "from", "`ZONE` the packet comes from (default outside)"},
	{"to", "to", "`ZONE` it goes to (default host)"},
	{"source", "source", "source `ADDRESS`"},
	{"dest", "dest", "destination `ADDRESS`"},
	{"proto", "proto", "`PROTOCOL`, by name or number (default tcp)"},
	{"sport", "sport", "source `PORT` (default 20000)"},
	{"dport", "dport", "destination `PORT`, by number or service name (default 9999)"},
	{"icmp-type", "icmp_type", "ICMP `TYPE` (default echo-request)"},
	{"mac", "mac", "source `MAC` address (default the NIC's own)"},
	{"state", "state", "`STATE`: new, established, related, invalid or untracked (default new)"},
}

func simulateCommand(s *Streams) *cobra.Command {
	r := &simulateRun{Streams: s, fields: map[string]*string{}}
	r.cmd = &cobra.Command{
		Use:   "simulate [CONFIG]",
		Short: "Show what happens to a packet, and which line decides",
		Long:  simulateLong,
		Example: `  pvefw simulate --to vm100 --dport https
  pvefw simulate --from ct200 --to vm100/net1 --proto icmp
  pvefw simulate --source 198.51.100.7 --dport 8006 configs --node pve1
  pvefw simulate --packets packets.json /etc/pve`,
		Args: atMost(1, "CONFIG"),
		RunE: func(_ *cobra.Command, args []string) error { return r.run(first(args)) },
	}
	r.cmd.Flags().SortFlags = false
	r.add(r.cmd)
	r.semantics = semanticsFlag(r.cmd)
	for _, f := range packetFlags {
		r.fields[f.key] = r.cmd.Flags().String(f.flag, "", f.help)
	}
	r.cmd.Flags().StringVar(&r.packets, "packets", "", "JSON `FILE` with an array of packets, or - for standard input")
	r.cmd.Flags().StringVar(&r.format, "format", "", "`FORMAT`: text or json (default text; json with --packets)")
	return r.cmd
}

func (r *simulateRun) run(path string) error {
	if err := r.check(path); err != nil {
		return err
	}
	sem, err := r.semantics()
	if err != nil {
		return err
	}
	queries, err := r.queries()
	if err != nil {
		return err
	}
	o, err := openNode(r.Streams, path, &r.configFlags, sem)
	if err != nil {
		return err
	}
	results, err := r.walk(o, queries)
	if err != nil {
		return err
	}
	switch {
	case r.format == "text":
		for i := range results {
			r.writeWalk(queries[i].query, results[i], i > 0)
		}
		return nil
	case r.packets == "":
		return json.NewEncoder(r.Stdout).Encode(jsonWalk{1, jsonResultOf(results[0])})
	}
	return writeResults(r.Stdout, results)
}

func (r *simulateRun) check(path string) error {
	if r.format == "" {
		r.format = map[bool]string{true: "text", false: "json"}[r.packets == ""]
	}
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json"}, nil); err != nil {
		return err
	}
	if r.packets == "" {
		return nil
	}
	if r.packets == "-" && path == "-" {
		return usagef(r.cmd, "standard input can be read once only")
	}
	for _, f := range packetFlags {
		if *r.fields[f.key] != "" {
			return usagef(r.cmd, "--%s does not go with --packets; put \"%s\" into the file", f.flag, f.key)
		}
	}
	return nil
}

// asked is a packet and how an error names it.
type asked struct {
	query packet.Query
	name  string
}

func (r *simulateRun) queries() ([]asked, error) {
	if r.packets != "" {
		return readPackets(r.Streams, r.cmd, r.packets)
	}
	fields := map[string]any{}
	for key, value := range r.fields {
		fields[key] = *value
	}
	q, err := packet.ParseQuery(fields)
	if err != nil {
		return nil, usagef(r.cmd, "%s", diag.Visible(err.Error()))
	}
	return []asked{{query: q}}, nil
}

// walk sends all packets through the node's policy.
func (r *simulateRun) walk(o *opened, queries []asked) ([]packet.Result, error) {
	done := r.progress("simulating")
	defer done()
	v4, v6 := hostAddresses(o.config.Nodes[0])
	e := packet.NewEvaluator(o.policies[0])
	results := make([]packet.Result, len(queries))
	for i := range queries {
		q := &queries[i].query
		q.HostAddr4, q.HostAddr6 = v4, v6
		var err error
		if results[i], err = e.Walk(*q); err != nil {
			text := diag.Visible(err.Error())
			if queries[i].name != "" {
				text = queries[i].name + ": " + text
			}
			return nil, &exitError{code: exitUsage, text: text, hint: r.cmd.CommandPath() + " --help"}
		}
	}
	return results, nil
}

// hostAddresses finds the node's address of each family.
func hostAddresses(n *config.Node) (v4, v6 netip.Addr) {
	for _, text := range append([]string{n.Facts.Address}, n.Facts.Addresses...) {
		a, err := netip.ParseAddr(text)
		switch {
		case err != nil:
		case a.Is4() && !v4.IsValid():
			v4 = a
		case a.Is6() && !v6.IsValid():
			v6 = a
		}
	}
	return v4, v6
}
