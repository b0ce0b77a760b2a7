package diag

import (
	"encoding/xml"
	"io"
)

// The elements of Checkstyle's reports.
type (
	checkstyleRoot struct {
		XMLName xml.Name         `xml:"checkstyle"`
		Version string           `xml:"version,attr"`
		Files   []checkstyleFile `xml:"file"`
	}
	checkstyleFile struct {
		Name   string            `xml:"name,attr"`
		Errors []checkstyleError `xml:"error"`
	}
	checkstyleError struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
)

// WriteCheckstyle writes r in the format of Checkstyle 4.3, which many viewers of
// reports read. A finding about a whole file stands in line 1.
func WriteCheckstyle(w io.Writer, r Report) error {
	root := checkstyleRoot{Version: "4.3"}
	places := map[string]int{}
	for i := range r.Findings {
		d := &r.Findings[i]
		file := r.pathOf(d.Span)
		n, ok := places[file]
		if !ok {
			n = len(root.Files)
			places[file] = n
			root.Files = append(root.Files, checkstyleFile{Name: orCONFIG(file)})
		}
		e := checkstyleError{Severity: d.Severity.String(), Message: shown(sentence(d)), Source: "pvefw." + d.Rule.Category + "." + d.Rule.Code}
		e.Line, _ = linesOf(d.Span)
		if !d.Span.IsZero() && !d.Span.WholeFile() {
			e.Column = d.Span.From().Column
		}
		root.Files[n].Errors = append(root.Files[n].Errors, e)
	}
	return writeXML(w, root)
}
