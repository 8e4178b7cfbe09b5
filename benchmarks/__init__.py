"""What ``make bench`` measures. Ratios come from one run, side by side: machines are noisy."""
