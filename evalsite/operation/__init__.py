"""What an operator watches: health, figures for Prometheus, and logs that programs read."""
