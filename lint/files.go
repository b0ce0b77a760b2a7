package lint

import (
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// filesOf returns the .fw files of a datacenter, each once, in a fixed order.
func filesOf(cfg *config.Config) []*source.File {
	var files []*source.File
	for _, fw := range firewallsOf(cfg) {
		files = append(files, fw.File.Source)
	}
	return files
}

// firewallsOf is filesOf with what was read of them.
func firewallsOf(cfg *config.Config) []*config.FW {
	if cfg == nil {
		return nil
	}
	var list []*config.FW
	seen := map[*source.File]bool{}
	cfg.EachFile(func(fw *config.FW) {
		if fw.File == nil || fw.File.Source == nil || seen[fw.File.Source] {
			return
		}
		seen[fw.File.Source] = true
		list = append(list, fw)
	})
	return list
}
