"""Generation's console: asking for copy, watching it being written, reviewing, publishing, history."""
