package grammar

import (
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

var envs = map[string]facts.Env{
	"cluster": facts.Cluster, "host": facts.Host, "vm": facts.VM,
	"ct": facts.CT, "vnet": facts.VNet, "group": facts.Group,
}

func parseAs(env, text string) diag.List {
	_, list := Parse(source.NewFile(env+".fw", []byte(text)), envs[env])
	return list
}
