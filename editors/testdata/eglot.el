;; Run by TestServer in Emacs: works on $FILE through the server $PVEFW and writes what
;; came of it to $OUT as JSON.
(require 'json)
(package-initialize)
(unless (require 'eglot nil t)
  (with-temp-file (getenv "OUT") (insert "{\"missing\": true}"))
  (kill-emacs))
(add-to-list 'load-path (getenv "PLUGIN"))
(require 'pvefw-mode)

(setq pvefw-program (getenv "PVEFW")
      eglot-sync-connect 30)

(find-file (getenv "FILE"))
(apply #'eglot--connect (eglot--guess-contact))
(with-timeout (30)
  (while (null (flymake-diagnostics))
    (accept-process-output nil 0.05)))
(let ((diagnostics (vconcat (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))))
  (eglot-format-buffer)
  (let ((text (buffer-string)))
    (set-buffer-modified-p nil)
    (with-temp-file (getenv "OUT")
      (insert (json-encode `((diagnostics . ,diagnostics) (formatted . ,text)))))))
