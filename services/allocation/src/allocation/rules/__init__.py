"""An edition's own rules on its booths, beside the quotas that registration announces: data, versioned."""
