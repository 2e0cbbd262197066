"""Tests of bot.listeners."""
