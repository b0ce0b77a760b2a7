package assist

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// What is said about the values of rules.

func describeProtocol(p *page, name string) bool {
	known, ok := facts.ProtocolByText(name)
	if ok {
		p.add("protocol **%s**, number %d", plain(known.Name), known.Number)
	}
	return ok
}

// portPointsOf explains the items of a port list.
func portPointsOf(proto, list string) []string {
	var points []string
	for item := range strings.SplitSeq(list, ",") {
		points = append(points, portPoints(proto, item)...)
	}
	return points
}

func portPoints(proto, item string) []string {
	var points []string
	for _, on := range []string{"tcp", "udp", "sctp"} {
		if proto != "" && proto != on {
			continue
		}
		if port, ok := facts.ServicePort(item, on); ok {
			points = append(points, fmt.Sprintf("%s is %s port %d", code(item), on, port))
		}
		if n, ok := portNumber(item); ok {
			if name := facts.ServiceOn(n, on); name != "" {
				points = append(points, fmt.Sprintf("%s port %d is %s", on, n, code(name)))
			}
		}
	}
	return points
}

// portNumber reads one port.
func portNumber(text string) (uint16, bool) {
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' || n > 65535 {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return uint16(n), text != "" && n <= 65535
}

func describeICMP(p *page, name string, v6 bool) bool {
	t, ok := facts.ICMPTypeByName(name, v6)
	if !ok {
		return false
	}
	what := map[bool]string{false: "ICMP", true: "ICMPv6"}[v6]
	switch {
	case t.Any:
		p.add("every %s type", what)
	case t.Code < 0:
		p.add("%s type **%s**, number %d", what, plain(name), t.Type)
	default:
		p.add("%s type **%s**, number %d, code %d", what, plain(name), t.Type, t.Code)
	}
	return true
}
