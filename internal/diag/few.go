package diag

import (
	"fmt"
	"strings"
)

// Few joins the first texts of a list, at most so many, and says how many more there are.
func Few(list []string, most int) string {
	text := strings.Join(list[:min(len(list), most)], ", ")
	if more := len(list) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
