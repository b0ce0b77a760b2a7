;; Run by the tests in Emacs: writes what it makes of files to $OUT as JSON, in the
;; shape of probe.vim.
(require 'json)
(add-to-list 'load-path (getenv "PLUGIN"))
(require 'pvefw-mode)

(defun probe-detected ()
  (vconcat
   (mapcar (lambda (c)
             (with-temp-buffer
               (insert (alist-get 'text c))
               (if (pvefw-file-p (alist-get 'path c)) 1 0)))
           (json-read-file (getenv "CASES")))))

(defun probe-line ()
  "The faces of the line at point, in the order in which they appear."
  (let (runs (end (line-end-position)))
    (while (< (point) end)
      (let ((next (min end (next-single-property-change (point) 'face nil end))))
        (push (vector (format "%s" (or (get-text-property (point) 'face) ""))
                      (buffer-substring-no-properties (point) next))
              runs)
        (goto-char next)))
    (vconcat (nreverse runs))))

(find-file (getenv "FILE"))
(font-lock-ensure)
(goto-char (point-min))
(let (lines)
  (while (not (eobp))
    (push (probe-line) lines)
    (forward-line))
  (let ((result `((filetype . ,(symbol-name major-mode))
                  (commentstring . ,(concat comment-start "%s"))
                  (detected . ,(probe-detected))
                  (lines . ,(vconcat (nreverse lines))))))
    (with-temp-file (getenv "OUT")
      (insert (json-encode result)))))
