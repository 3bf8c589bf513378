-- Consents by age, so that those that are over are found without reading everybody.

CREATE INDEX identity_by_consent ON identity (consented_at) WHERE consented_at IS NOT NULL;
