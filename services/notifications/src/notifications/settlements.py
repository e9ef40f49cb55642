"""What notifications does about each event of its own that a restored database forgot."""

from common.delivery.settling import Settlement

SETTLEMENTS: list[Settlement] = []
