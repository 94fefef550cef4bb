"""The merchant side: agreements, tills, redeeming, refunds, settling."""
