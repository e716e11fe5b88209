"""The page of the practice workspace, on 127.0.0.1. It refuses to know Clarion: it shows Slack, and what came out."""
