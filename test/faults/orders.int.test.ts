import { FAULTS_OF_ORDERS } from './faults.ts';
import { testFaults } from './support/test-faults.ts';

testFaults(FAULTS_OF_ORDERS);
