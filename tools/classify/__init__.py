"""What a command or an AWS action would do: used to advise and to refuse, never to allow."""
